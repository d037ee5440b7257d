import { parseArgs } from "node:util";
import { closestWord } from "@heddle/server";

export interface FlagSpec {
  type: "string" | "boolean";
  short?: string;
  /** What `--help` says; the word in capitals stands for the value. */
  help: string;
}

export type FlagSpecs = Record<string, FlagSpec>;

export type Flags<S extends FlagSpecs> = {
  [K in keyof S]?: S[K]["type"] extends "boolean" ? boolean : string;
};

/** A mistake in how the command was called; its message is all the user needs to see. */
export class UsageError extends Error {}

/**
 * Reads the flags of one command.
 *
 * @throws UsageError that names an unknown flag and the one that was probably meant.
 */
export function parseFlags<S extends FlagSpecs>(command: string, specs: S, args: readonly string[]): Flags<S> {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const flags: Record<string, string | boolean> = {};
  for (const token of tokens) {
    if (token.kind === "positional") throw new UsageError(`heddle ${command} takes no argument "${token.value}"`);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknownFlag(command, token.rawName, specs);
    if (spec.type === "string" && token.value === undefined) throw new UsageError(`${token.rawName} needs a value`);
    if (spec.type === "boolean" && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    flags[token.name] = token.value ?? true;
  }
  return flags as Flags<S>;
}

/** A flag's value as a whole number within bounds. */
export function wholeNumber(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`--${name} has to be a whole number from ${least} to ${most}, not "${value}"`);
}

function unknownFlag(command: string, rawName: string, specs: FlagSpecs): UsageError {
  const nearest = closestWord(rawName.replace(/^-+/, ""), Object.keys(specs));
  const hint = nearest === undefined ? "" : `; did you mean --${nearest}?`;
  return new UsageError(`heddle ${command} has no flag ${rawName}${hint} (heddle ${command} --help lists them)`);
}
