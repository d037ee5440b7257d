import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { calculate } from "./calculate.ts";

/** The tool that the agent's models may call. */
export const calculator = tool(async ({ expression }) => String(calculate(expression)), {
  name: "calculator",
  description: "Computes an arithmetic expression of numbers, + - * / % ^ and parentheses.",
  schema: z.object({ expression: z.string().describe("For example: (3 + 4) * 12") }),
});
