import { describeBackend } from "@heddle/conformance";
import { openSqliteBackend } from "./open-sqlite-backend.ts";

describeBackend("SQLite", (options) => openSqliteBackend({ file: ":memory:", ...options }));
