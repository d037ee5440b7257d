#!/usr/bin/env node
import { main } from "../dist/main.js";

// Whatever a graph has left open (timers, connections) does not keep the process alive.
process.exit(await main(process.argv.slice(2)));
