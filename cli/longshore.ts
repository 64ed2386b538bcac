#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { start } from "./start/start.ts";
import { UserError } from "./user-error.ts";

const COMMANDS: Record<string, { run: (args: string[]) => Promise<number>; summary: string }> = {
  start: { run: start, summary: "synthesize the app and run it on this machine" },
};

const USAGE = [
  "Usage: longshore <command> [flags]",
  "",
  ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`),
].join("\n");

const [name = "", ...args] = process.argv.slice(2);
const command = COMMANDS[name];
try {
  if (name === "" || name === "--help" || name === "help") {
    console.log(USAGE);
  } else if (!command) {
    throw new UserError(`Unknown command "${name}".\n${USAGE}`);
  } else {
    process.exitCode = await command.run(args);
  }
} catch (error) {
  console.error(error instanceof UserError ? `longshore: ${error.message}` : error);
  process.exitCode = error instanceof UserError ? 2 : 1;
}
