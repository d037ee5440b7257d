import type { Assistant, AssistantVersion, Cron, CronFire, Item, Problem, Run } from "@heddle/protocol";
import { expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { ANSWERS } from "./answers.ts";

type Answer<N extends keyof typeof ANSWERS> = z.output<(typeof ANSWERS)[N]>;

test("what the OpenAPI document says of answers is what the protocol says", () => {
  expectTypeOf<Assistant>().toExtend<Answer<"Assistant">>();
  expectTypeOf<AssistantVersion>().toExtend<Answer<"AssistantVersion">>();
  expectTypeOf<Run>().toExtend<Answer<"Run">>();
  expectTypeOf<Cron>().toExtend<Answer<"Cron">>();
  expectTypeOf<CronFire>().toExtend<Answer<"CronFire">>();
  expectTypeOf<Item>().toExtend<Answer<"Item">>();
  expectTypeOf<Problem>().toExtend<Answer<"Problem">>();
});
