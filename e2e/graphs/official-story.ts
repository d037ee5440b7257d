import * as engine from "@langchain/langgraph";
import { buildStory } from "./story.ts";

export const graph = buildStory(engine);
