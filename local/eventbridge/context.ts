import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import { arn, type Realm } from "../wire/realm.ts";
import type { Router } from "./router.ts";
import type { BusRow, BusStore } from "./store/bus-store.ts";
import type { RuleRow, RuleStore } from "./store/rule-store.ts";
import type { TagStore } from "./store/tag-store.ts";

/** What the operations of EventBridge work on. */
export interface EventBridgeContext {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly buses: BusStore;
  readonly rules: RuleStore;
  readonly tags: TagStore;
  readonly router: Router;
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** To be called after a rule of a bus or its targets have changed. */
  readonly changed: (bus: string) => void;
}

export const DEFAULT_BUS = "default";

/** A bus is named by its name or its ARN. */
export function busName(nameOrArn: string | undefined): string {
  if (nameOrArn === undefined) return DEFAULT_BUS;
  return /^arn:[\w-]+:events:[^:]*:[^:]*:event-bus\/(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

export function busArn(realm: Realm, name: string): string {
  return arn(realm, "events", `event-bus/${name}`);
}

/** Rules of the default bus do not name it in their ARNs. */
export function ruleArn(realm: Realm, bus: string, name: string): string {
  return arn(realm, "events", bus === DEFAULT_BUS ? `rule/${name}` : `rule/${bus}/${name}`);
}

/** @throws AwsError ResourceNotFoundException */
export function requireBus(context: EventBridgeContext, nameOrArn: string | undefined): BusRow {
  const name = busName(nameOrArn);
  const bus = context.buses.find(name);
  if (bus === undefined) throw notFound(`Event bus ${name} does not exist.`);
  return bus;
}

/** @throws AwsError ResourceNotFoundException */
export function requireRule(
  context: EventBridgeContext,
  name: string,
  nameOrArn: string | undefined,
): RuleRow {
  const bus = requireBus(context, nameOrArn);
  const rule = context.rules.find(bus.name, name);
  if (rule === undefined) throw notFound(`Rule ${name} does not exist on EventBus ${bus.name}.`);
  return rule;
}

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
