import { NotPlayedError } from "../../wire/aws-error.ts";
import { invalidParameter } from "../errors.ts";
import { type Attributes, parseQuery } from "./cluster-query.ts";
import type { Requirement } from "./requirement.ts";

/** A container instance as placement looks at it. */
export interface Host {
  readonly containerInstanceArn: string;
  readonly ec2InstanceId: string;
  readonly attributes: Attributes;
  readonly agentConnected: boolean;
  readonly free: { readonly cpu: number; readonly memory: number };
  /** Of the instance's, that tasks have taken. */
  readonly ports: readonly number[];
  /** The group of each task on it. */
  readonly groups: readonly string[];
}

export interface PlacementRules {
  readonly constraints: readonly {
    readonly type: "distinctInstance" | "memberOf";
    readonly expression?: string | undefined;
  }[];
  readonly strategy: readonly {
    readonly type: "random" | "spread" | "binpack";
    readonly field?: string | undefined;
  }[];
  /** Tasks that are kept apart or spread: a service's, or those of a family that was run. */
  readonly group: string;
}

/** Why a task was not placed, for one instance; the reasons are those of RunTask's `failures[]`. */
export interface PlacementFailure {
  readonly arn: string;
  readonly reason: string;
}

export type Choice =
  | { readonly host: Host }
  | { readonly host: undefined; readonly failures: readonly PlacementFailure[] };

/**
 * The instance for one task: those with room that meet the constraints, then the best by each strategy in turn
 * (ECS developer guide, task placement).
 * @param random 0 to 1
 */
export function chooseInstance(
  hosts: readonly Host[],
  need: Requirement,
  rules: PlacementRules,
  random: () => number,
): Choice {
  const judged = hosts.map((host) => ({ host, reason: reasonAgainst(host, need, rules) }));
  const fitting = judged.filter(({ reason }) => reason === undefined).map(({ host }) => host);
  const best = rules.strategy.reduce<readonly Host[]>(
    (left, step) => bestBy(left, step, hosts, rules.group),
    fitting,
  );
  const host = best[Math.floor(random() * best.length)];
  if (host) return { host };
  return {
    host: undefined,
    failures: judged.map(({ host: { containerInstanceArn: arn }, reason = "AGENT" }) => ({ arn, reason })),
  };
}

function reasonAgainst(host: Host, need: Requirement, rules: PlacementRules): string | undefined {
  if (!host.agentConnected) return "AGENT";
  for (const { type, expression = "" } of rules.constraints) {
    if (type === "memberOf" && !parseQuery(expression)(host.attributes)) {
      return "MemberOf placement constraint unsatisfied.";
    }
    if (type === "distinctInstance" && host.groups.includes(rules.group)) {
      return "DistinctInstance placement constraint unsatisfied.";
    }
  }
  if (need.cpu > host.free.cpu) return "RESOURCE:CPU";
  if (need.memory > host.free.memory) return "RESOURCE:MEMORY";
  if (need.ports.some((port) => host.ports.includes(port))) return "RESOURCE:PORTS";
  return undefined;
}

function bestBy(
  hosts: readonly Host[],
  { type, field = "" }: PlacementRules["strategy"][number],
  all: readonly Host[],
  group: string,
): readonly Host[] {
  if (type === "random" || hosts.length === 0) return hosts;
  const score =
    type === "binpack"
      ? (host: Host) => freeOf(host, field)
      : (host: Host) => tasksAlike(host, spreadValue(field), all, group);
  const least = Math.min(...hosts.map(score));
  return hosts.filter((host) => score(host) === least);
}

function freeOf(host: Host, field: string): number {
  const name = field.toLowerCase();
  if (name === "cpu" || name === "memory") return host.free[name];
  throw invalidParameter(`The binpack strategy takes the field cpu or memory, not "${field}".`);
}

/** How many tasks of the group run where the spread field has the same value. */
function tasksAlike(host: Host, value: (host: Host) => string, all: readonly Host[], group: string): number {
  const alike = all.filter((other) => value(other) === value(host));
  return alike.reduce((sum, { groups }) => sum + groups.filter((one) => one === group).length, 0);
}

function spreadValue(field: string): (host: Host) => string {
  if (field === "instanceId" || field === "host") return ({ ec2InstanceId }) => ec2InstanceId;
  const name = /^attribute:(.+)$/.exec(field)?.[1];
  if (name === undefined) throw new NotPlayedError(`ecs placement strategy spread by "${field}"`);
  return ({ attributes }) => attributes.get(name) ?? "";
}

/** The host once the task is on it. */
export function withTask(host: Host, need: Requirement, group: string): Host {
  return {
    ...host,
    free: { cpu: host.free.cpu - need.cpu, memory: host.free.memory - need.memory },
    ports: [...host.ports, ...need.ports],
    groups: [...host.groups, group],
  };
}
