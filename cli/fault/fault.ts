import { readFile } from "node:fs/promises";
import { operatorCommand, printJson } from "../operator/command.ts";
import type { Connection } from "../operator/connection.ts";
import { count, type Given } from "../operator/flags.ts";
import { table } from "../table.ts";
import { UserError } from "../user-error.ts";
import { type ArmedFault, type FaultsApi, faultsApi, type Injection } from "./faults-api.ts";
import { findTask, strike } from "./strike.ts";

/** What can be asked for, and how many words follow: at least, at most. */
const ACTIONS: Readonly<Record<string, readonly [least: number, most: number, run: Action]>> = {
  arm: [1, 1, (given, api) => armFile(given, api)],
  list: [0, 0, (given, api) => list(given, api)],
  disarm: [0, 1, (given, api) => disarm(given, api)],
  spot: [1, 1, (given, api, connection) => interrupt(given, api, connection)],
  kill: [1, 1, (given, api, connection) => kill(given, api, connection)],
};
type Action = (given: Given, api: FaultsApi, connection: Connection) => Promise<void>;

const USAGE = "longshore fault arm FILE | list | disarm [ID] | spot TASK | kill TASK|INSTANCE [flags]";

/** `longshore fault`: lets things fail in a run on this machine, by a scenario or at once. */
export const fault = operatorCommand({
  usage: USAGE,
  notInAws:
    "Faults are injected into a run on this machine alone (npm start); in AWS, use AWS Fault Injection Service",
  flags: {
    limit: { type: "string", value: "COUNT", default: "20", help: "list: the newest so many strikes (20)" },
  },
  check(given) {
    count(given, "limit");
    const [name = "", ...rest] = given.positionals;
    const [least, most] = ACTIONS[name] ?? [Number.POSITIVE_INFINITY, 0];
    if (rest.length < least || rest.length > most) throw new UserError(`Usage: ${USAGE}`);
  },
  async run(connection, given) {
    const [, , action] = ACTIONS[given.positionals[0] ?? ""] ?? [];
    await action?.(given, faultsApi(connection), connection);
    return 0;
  },
});

async function armFile(given: Given, api: FaultsApi): Promise<void> {
  const [, file = ""] = given.positionals;
  const armed = await api.arm(await readJson(file));
  show(given, armed, () => armedText(armed));
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new UserError(`${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

async function list(given: Given, api: FaultsApi): Promise<void> {
  const { faults, injections } = await api.list();
  const newest = injections.slice(-count(given, "limit"));
  const lines = [
    ...faults.map((armed) => ({ event: "armed", ...armed })),
    ...newest.map((one) => ({ event: "struck", ...one })),
  ];
  show(given, lines, () =>
    [
      faults.length > 0 ? armedText(faults) : "No fault is armed.",
      "",
      injections.length > 0 ? struckText(newest, injections.length) : "None has struck.",
    ].join("\n"),
  );
}

async function disarm(given: Given, api: FaultsApi): Promise<void> {
  const [, id] = given.positionals;
  await api.disarm(id);
  show(given, [{ event: "disarmed", id: id ?? "all" }], () =>
    id === undefined ? "No fault is armed any more." : `${id} is armed no more.`,
  );
}

async function interrupt(given: Given, api: FaultsApi, connection: Connection): Promise<void> {
  const { taskArn, capacityProviderName } = await findTask(connection, given.positionals[1] ?? "");
  if (capacityProviderName !== "FARGATE_SPOT") {
    throw new UserError(
      `${taskArn} runs on ${capacityProviderName ?? "no capacity provider"}: only Spot capacity is interrupted`,
    );
  }
  told(given, await strike(api, { kind: "spot-interruption", task: taskArn }), "was interrupted");
}

async function kill(given: Given, api: FaultsApi, connection: Connection): Promise<void> {
  const [, name = ""] = given.positionals;
  const struck = name.startsWith("i-")
    ? await strike(api, { kind: "instance-kill", instance: name })
    : await strike(api, { kind: "task-kill", task: (await findTask(connection, name)).taskArn });
  told(given, struck, "was killed");
}

function told(given: Given, struck: Injection, what: string): void {
  show(given, [{ event: "struck", ...struck }], () => `${struck.target} ${what}`);
}

function show(given: Given, lines: readonly object[], text: () => string): void {
  if (given.values.json === true) for (const line of lines) printJson(line);
  else console.log(text());
}

function armedText(faults: readonly ArmedFault[]): string {
  const rows = faults.map(({ id, kind, probability, occasions, injections, skip: _, ...more }) => [
    id,
    kind,
    String(probability),
    `${injections} of ${occasions}`,
    Object.entries(more)
      .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(" "),
  ]);
  return table(["Fault", "Kind", "Probability", "Struck", "More"], rows);
}

function struckText(newest: readonly Injection[], total: number): string {
  const rows = newest.map(({ at, faultId, kind, target }) => [at.slice(11, 23), faultId, kind, target]);
  const title = total > newest.length ? `The last ${newest.length} of ${total} strikes:\n` : "";
  return `${title}${table(["When", "Fault", "Kind", "What"], rows)}`;
}
