import { closestWord } from "@heddle/server";
import { devCommand } from "./commands/dev.ts";
import { keysCommand } from "./commands/keys.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { serveCommand } from "./commands/serve.ts";
import { type FlagSpecs, UsageError } from "./flags.ts";

interface Command {
  summary: string;
  flags: FlagSpecs;
  run(args: readonly string[]): Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  dev: devCommand,
  serve: serveCommand,
  keys: keysCommand,
  migrate: migrateCommand,
};

/** The `heddle` command. Resolves to the exit code: 0 done, 1 failed, 2 called wrongly. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help") {
    process.stdout.write(usage());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return fail(unknownCommand(name), 2);
  if (rest.includes("--help")) {
    process.stdout.write(usageOf(name, command));
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    return fail((error as Error).message, error instanceof UsageError ? 2 : 1);
  }
}

function fail(message: string, exitCode: number): number {
  process.stderr.write(`heddle: ${message}\n`);
  return exitCode;
}

function unknownCommand(name: string): string {
  const nearest = closestWord(name, Object.keys(COMMANDS));
  return `there is no command "${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`} (heddle --help)`;
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`);
  return `heddle: serves LangGraph graphs\n\n${lines.join("\n")}\n\nheddle COMMAND --help lists the flags of a command.\n`;
}

function usageOf(name: string, { summary, flags }: Command): string {
  const lines = Object.entries(flags).map(([flag, { short, help }]) => {
    return `  ${`${short === undefined ? "    " : `-${short}, `}--${flag}`.padEnd(28)}${help}`;
  });
  return `heddle ${name}: ${summary}\n\n${lines.join("\n")}\n`;
}
