import { parseArgs } from "node:util";
import { UserError } from "../user-error.ts";

/** What `longshore start` was asked for. */
export interface StartFlags {
  /** Files to upload instead of the samples. */
  readonly files: readonly string[];
  readonly port: number;
  readonly consolePort: number;
  /** Address that both listen on. */
  readonly host: string;
  readonly state: string;
  /** Cloud assembly to play instead of the app's own. */
  readonly assembly: string | undefined;
  readonly fresh: boolean;
  readonly samples: boolean;
  readonly exit: boolean;
  readonly json: boolean;
  /** What runs tasks: processes of this machine, or containers of any Docker API engine. */
  readonly engine: "process" | "docker";
  /** File with faults to inject. */
  readonly faults: string | undefined;
  /** Seconds of schedules, alarms and cooldowns per real second. */
  readonly speed: number;
  /** Seconds that a Fargate task takes to start, in the runtime's time. */
  readonly fargateStartSeconds: number;
  /** CDK context: the deployment's own settings. */
  readonly context: Readonly<Record<string, string>>;
}

const FLAGS = {
  port: { type: "string", default: "4566", help: "port of the AWS endpoint; 0 takes a free one (4566)" },
  "console-port": { type: "string", default: "8080", help: "port of the console; 0 takes a free one (8080)" },
  host: {
    type: "string",
    default: "127.0.0.1",
    help: "address that both listen on; beyond loopback, whoever reaches it is administrator (127.0.0.1)",
  },
  state: {
    type: "string",
    default: ".longshore",
    help: "folder that keeps objects, messages and items (.longshore)",
  },
  assembly: {
    type: "string",
    help: "folder of a cloud assembly, as cdk synth writes it, to play instead of the app's own",
  },
  fresh: { type: "boolean", default: false, help: "forget the state of earlier runs first" },
  "no-samples": { type: "boolean", default: false, help: "do not upload samples/ on the first run" },
  exit: { type: "boolean", default: false, help: "stop when all uploads have a result; fails if one failed" },
  json: { type: "boolean", default: false, help: "print one JSON object a line instead of tables" },
  engine: {
    type: "string",
    default: "process",
    help: "process, or docker: tasks as containers of the engine at DOCKER_HOST (process)",
  },
  faults: { type: "string", help: "JSON file with faults to inject (local/faults/README.md)" },
  speed: {
    type: "string",
    default: "1",
    help: "run schedules, alarms and cooldowns so many times faster (1)",
  },
  "fargate-start": {
    type: "string",
    default: "0",
    help: "seconds that a Fargate task takes to start; on AWS about 35 (0)",
  },
  context: {
    type: "string",
    multiple: true,
    short: "c",
    default: [] as string[],
    help: "CDK context, as of cdk deploy: -c longshore:minWorkers=2; may be given several times",
  },
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
  if (values.assembly !== undefined && values.context.length > 0) {
    throw new UserError("--assembly plays what was synthesized before; --context belongs to that synthesis");
  }
  return {
    files: positionals,
    port: port("port", values.port),
    consolePort: port("console-port", values["console-port"]),
    host: values.host,
    state: values.state,
    assembly: values.assembly,
    fresh: values.fresh,
    samples: !values["no-samples"],
    exit: values.exit,
    json: values.json,
    engine: engine(values.engine),
    faults: values.faults,
    speed: speed(values.speed),
    fargateStartSeconds: fargateStart(values["fargate-start"]),
    context: contextOf(values.context),
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

function engine(text: string): StartFlags["engine"] {
  if (text === "process" || text === "docker") return text;
  throw new UserError(`--engine is "${text}"; it takes process or docker`);
}

/** @throws UserError for anything but name=value */
export function contextOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined || value === undefined) {
        throw new UserError(`--context is "${pair}"; it takes name=value, such as longshore:minWorkers=2`);
      }
      return [name, value];
    }),
  );
}

const MAX_SPEED = 10_000;

function speed(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MAX_SPEED)) {
    throw new UserError(`--speed is "${text}"; it takes a number above 0, at most ${MAX_SPEED}`);
  }
  return value;
}

const MAX_START_SECONDS = 3_600;

function fargateStart(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= MAX_START_SECONDS)) {
    throw new UserError(
      `--fargate-start is "${text}"; it takes a number of seconds from 0 to ${MAX_START_SECONDS}`,
    );
  }
  return value;
}
