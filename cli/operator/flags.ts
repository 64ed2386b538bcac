import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";
import { UserError } from "../user-error.ts";

/** A flag as the usage shows it. */
export type Flag = ParseArgsOptionDescriptor & {
  /** What it does, with its default. */
  readonly help: string;
  /** What its value is called, such as `NAME`. */
  readonly value?: string;
};
export type Flags = Readonly<Record<string, Flag>>;

/** Flags of every command that talks to a deployment. */
export const CONNECTION_FLAGS = {
  endpoint: { type: "string", value: "URL", help: "endpoint to talk to (AWS_ENDPOINT_URL)" },
  local: { type: "boolean", help: "talk to the run on this machine, port 4566" },
  aws: { type: "boolean", help: "talk to AWS, although something runs on this machine" },
  stack: { type: "string", value: "NAME", default: "Longshore", help: "CloudFormation stack (Longshore)" },
  json: { type: "boolean", help: "print JSON instead of text" },
  help: { type: "boolean", help: "print this" },
} as const satisfies Flags;

/** What a command was given. */
export interface Given {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/**
 * Reads a command's arguments.
 * @param usage first line of its help, such as `longshore jobs [flags]`
 * @returns the help text when it was asked for
 * @throws UserError naming the flag, with all that there are
 */
export function parseFlags(args: readonly string[], usage: string, flags: Flags): Given | string {
  const all = { ...flags, ...CONNECTION_FLAGS };
  const help = helpText(usage, all);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: all, allowPositionals: true });
    return values.help === true ? help : { values: values as Given["values"], positionals };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new UserError(`${reason}.\n${help}`);
  }
}

function helpText(usage: string, flags: Flags): string {
  return [
    `Usage: ${usage}`,
    "",
    ...Object.entries(flags).map(
      ([name, { value, help }]) => `  --${`${name}${value ? ` ${value}` : ""}`.padEnd(18)} ${help}`,
    ),
  ].join("\n");
}

/** Text of a flag, or undefined. */
export function text({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** @throws UserError unless it is a whole number from 1 */
export function count(given: Given, name: string): number {
  const value = Number(text(given, name));
  if (!Number.isInteger(value) || value < 1) {
    throw new UserError(`--${name} is "${text(given, name)}"; it takes a whole number from 1`);
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The instant that `--since` names: so long ago (`90s`, `30m`, `2h`, `7d`), or a time in ISO 8601. @throws UserError */
export function since(given: Given, now: Date): Date {
  const value = text(given, "since") ?? "";
  const [, amount, unit = ""] = /^(\d+)([smhd])$/.exec(value) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (UNITS[unit] ?? 0) * 1_000);
  const time = Date.parse(value);
  if (/^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(time)) return new Date(time);
  throw new UserError(
    `--since is "${value}"; it takes a length of time (90s, 30m, 2h, 7d) or a time in ISO 8601`,
  );
}
