import * as engine from "@heddle/langgraph";
import { buildStory } from "./story.ts";

// The names and what they do are the same; the types of two packages with private fields are not.
export const graph = buildStory(engine as unknown as Parameters<typeof buildStory>[0]);
