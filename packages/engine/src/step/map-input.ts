import type { PendingWrite } from "@heddle/checkpoint";
import { EmptyInputError, InvalidUpdateError } from "../errors.ts";
import { type Command, gotoTargets, isSend } from "../runtime/command.ts";
import { branchChannel, END, NULL_TASK_ID, PARENT, RESUME, START, TASKS } from "../runtime/constants.ts";

/** Graph input as channel writes. */
export function mapInput(inputChannels: string | readonly string[], input: unknown): PendingWrite[] {
  if (input === undefined || input === null) return [];
  if (typeof inputChannels === "string") return [[inputChannels, input]];
  if (typeof input !== "object" || Array.isArray(input)) {
    throw new Error(`Input chunk must be an object when "inputChannels" is an array, got ${typeof input}`);
  }
  return Object.entries(input).filter(([key]) => inputChannels.includes(key));
}

/** The writes of a command given as input, each with the task it is for: the null task, or one with a named interrupt. */
export function mapCommand(command: Command): [taskId: string, channel: string, value: unknown][] {
  if (command.graph === PARENT) throw new InvalidUpdateError("There is no parent graph.");
  const writes: [string, string, unknown][] = [];
  for (const target of gotoTargets(command)) {
    if (isSend(target)) writes.push([NULL_TASK_ID, TASKS, target]);
    else if (typeof target === "string") {
      if (target !== END) writes.push([NULL_TASK_ID, branchChannel(target), START]);
    } else {
      throw new Error(`In Command.send, expected Send or string, got ${typeof target}`);
    }
  }
  if (command.resume !== undefined && command.resume !== null) writes.push([NULL_TASK_ID, RESUME, command.resume]);
  for (const [channel, value] of command._updateAsTuples()) writes.push([NULL_TASK_ID, channel, value]);
  if (writes.length === 0) throw new EmptyInputError("Received empty Command input");
  return writes;
}

/** Whether a resume value is a map from interrupt ids to answers; anything else is the answer itself. */
export function isResumeMap(resume: unknown): resume is Record<string, unknown> {
  if (typeof resume !== "object" || resume === null || Array.isArray(resume)) return false;
  const keys = Object.keys(resume);
  return keys.length > 0 && keys.every((key) => /^[0-9a-f]{32}$/.test(key));
}
