import type { PendingWrite } from "@heddle/checkpoint";
import { isSend, Send } from "../runtime/command.ts";
import { TASKS } from "../runtime/constants.ts";
import type { Program } from "../step/program.ts";

/** What is stored of a task's writes: not those to untracked channels, nor their keys in what packets carry. */
export function durableWrites({ untrackedChannels }: Program, writes: PendingWrite[]): PendingWrite[] {
  if (untrackedChannels.length === 0) return writes;
  return writes
    .filter(([channel]) => !untrackedChannels.includes(channel))
    .map((write) => (write[0] === TASKS ? [TASKS, trackedPacket(write[1], untrackedChannels)] : write));
}

function trackedPacket(packet: unknown, untracked: readonly string[]): unknown {
  if (!isSend(packet) || typeof packet.args !== "object" || packet.args === null || Array.isArray(packet.args))
    return packet;
  const kept = Object.entries(packet.args).filter(([key]) => !untracked.includes(key));
  const { timeout } = packet;
  return new Send(packet.node, Object.fromEntries(kept), timeout === undefined ? undefined : { timeout });
}
