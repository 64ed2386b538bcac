import { parseArgs } from "node:util";
import { UserError } from "../user-error.ts";

/** What `longshore start` was asked for. */
export interface StartFlags {
  /** Files to upload instead of the samples. */
  readonly files: readonly string[];
  readonly port: number;
  readonly consolePort: number;
  readonly state: string;
  readonly fresh: boolean;
  readonly samples: boolean;
  readonly exit: boolean;
  readonly json: boolean;
}

const FLAGS = {
  port: { type: "string", default: "4566", help: "port of the AWS endpoint; 0 takes a free one (4566)" },
  "console-port": { type: "string", default: "8080", help: "port of the console; 0 takes a free one (8080)" },
  state: {
    type: "string",
    default: ".longshore",
    help: "folder that keeps objects, messages and items (.longshore)",
  },
  fresh: { type: "boolean", default: false, help: "forget the state of earlier runs first" },
  "no-samples": { type: "boolean", default: false, help: "do not upload samples/ on the first run" },
  exit: { type: "boolean", default: false, help: "stop when all uploads have a result; fails if one failed" },
  json: { type: "boolean", default: false, help: "print one JSON object a line instead of tables" },
  help: { type: "boolean", default: false, help: "print this" },
} as const;

export const START_USAGE = [
  "Usage: npm start -- [FILE…] [flags]",
  "",
  ...Object.entries(FLAGS).map(
    ([name, { type, help }]) => `  --${`${name}${type === "string" ? " VALUE" : ""}`.padEnd(21)} ${help}`,
  ),
].join("\n");

/** @returns undefined when help was asked for @throws UserError naming the flag, its value and the rule */
export function parseStartFlags(args: readonly string[]): StartFlags | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  return {
    files: positionals,
    port: port("port", values.port),
    consolePort: port("console-port", values["console-port"]),
    state: values.state,
    fresh: values.fresh,
    samples: !values["no-samples"],
    exit: values.exit,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new UserError(`${reason}.\n${START_USAGE}`);
  }
}

function port(flag: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) {
    throw new UserError(`--${flag} is "${text}"; a port is a whole number from 0 to 65535`);
  }
  return value;
}
