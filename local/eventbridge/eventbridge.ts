import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import { jsonService } from "../wire/json-service.ts";
import { parseInput } from "../wire/operation.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { busArn, busName, DEFAULT_BUS, type EventBridgeContext } from "./context.ts";
import type { DeadLetter, Deliver } from "./delivery/request.ts";
import { DeliveryWorker, type Log } from "./delivery/worker.ts";
import { Metrics, type OnMetric, type RuleCounters } from "./metrics.ts";
import type { CreateEventBusInput } from "./operations/buses.ts";
import { operations } from "./operations/index.ts";
import type { DeleteRuleInput, PutRuleInput } from "./operations/rules.ts";
import type { PutTargetsInput, RemoveTargetsInput } from "./operations/targets.ts";
import { type EventInput, Router } from "./router.ts";
import { Scheduler } from "./scheduler.ts";
import { createBusStore } from "./store/bus-store.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { createRuleStore } from "./store/rule-store.ts";
import { createTagStore } from "./store/tag-store.ts";

export interface EventBridgeOptions {
  readonly realm: Realm;
  /** Where buses, rules, targets, tags and pending deliveries are kept. */
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** Hands an event to any target but another event bus. */
  readonly deliver: Deliver;
  /** Sends to a dead-letter queue what could not be delivered. */
  readonly deadLetter: DeadLetter;
  /** @default nothing is told */
  readonly onMetric?: OnMetric;
  /** Told of events that are dropped. @default nothing is told */
  readonly log?: Log;
  /** Deliveries under way at once. @default 64 */
  readonly concurrency?: number;
}

/** EventBridge: the wire service, and what the template player and other services call. */
export interface EventBridge {
  readonly service: GatewayService;
  /** As CreateEventBus, but a bus that is there already is left as it is. */
  createEventBus(input: CreateEventBusInput): { EventBusArn: string };
  putRule(input: PutRuleInput): { RuleArn: string };
  putTargets(input: PutTargetsInput): void;
  removeTargets(input: RemoveTargetsInput): void;
  /** All targets of a rule. */
  listTargets(rule: {
    readonly Rule: string;
    readonly EventBusName?: string;
  }): readonly { readonly Id: string }[];
  deleteRule(input: DeleteRuleInput): void;
  /**
   * Puts an event on a bus, synchronously: what is to be delivered is written in the transaction that is open on the
   * database, if any, and delivered after it. That transaction must end before its owner awaits anything.
   * Any source may be named, `aws.` ones too.
   * @param bus name or ARN, `default` if left out
   * @returns the event's id
   */
  publish(event: EventInput, bus?: string): string;
  /** What a rule has counted since the start. */
  counters(ruleArn: string): RuleCounters;
  /** How many deliveries wait, for their turn or for a retry. */
  pending(): number;
  /** Begins to deliver, with what an earlier run left pending, and to run schedules. */
  start(): void;
  /** Resolves once nothing is due any more; deliveries that wait for a retry stay. */
  drain(): Promise<void>;
  /** Ends schedules and deliveries; what is under way is waited for. */
  stop(): Promise<void>;
}

const DEFAULT_CONCURRENCY = 64;

export function createEventBridge(options: EventBridgeOptions): EventBridge {
  const { realm, database, clock } = options;
  const log: Log = options.log ?? (() => undefined);
  const metrics = new Metrics(options.onMetric);
  const buses = createBusStore(database);
  const rules = createRuleStore(database);
  const tags = createTagStore(database);
  const deliveries = createDeliveryStore(database);
  const created = clock.now() / 1000;
  buses.insert({
    name: DEFAULT_BUS,
    arn: busArn(realm, DEFAULT_BUS),
    description: null,
    created,
    modified: created,
  });

  const router = new Router({
    ...{ realm, database, clock, rules, deliveries, metrics },
    onPending: () => worker.wake(),
  });
  const worker = new DeliveryWorker({
    ...{ store: deliveries, clock, metrics, log, deadLetter: options.deadLetter },
    deliver: async (request) => {
      const bus = busName(request.targetArn);
      if (bus === request.targetArn) return options.deliver(request);
      if (buses.find(bus)?.arn !== request.targetArn) {
        throw new AwsError("ResourceNotFoundException", `Event bus ${request.targetArn} does not exist.`);
      }
      router.publish(request.event, bus);
    },
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    isUncommitted: () => database.isTransaction,
  });
  const scheduler = new Scheduler(rules, clock, (rule, at) => router.publishScheduled(rule, at));
  const context: EventBridgeContext = {
    ...{ realm, database, clock, buses, rules, tags, router, log },
    changed: (bus) => {
      router.forget(bus);
      scheduler.plan();
    },
  };

  const call = <Output>(name: keyof typeof operations, input: unknown): Output =>
    operations[name].run(
      context,
      parseInput("events", name, operations[name], input, "ValidationException"),
      // No operation asks who calls.
      { caller: { kind: "admin", arn: realm.accountId }, requestId: "", signal: NEVER },
    ) as Output;

  return {
    service: jsonService({
      signingNames: ["events"],
      targetPrefix: "AWSEvents",
      version: "1.1",
      validationCode: "ValidationException",
      service: context,
      operations,
    }),
    createEventBus: (input) => {
      const known = buses.find(input.Name);
      return known === undefined ? call("CreateEventBus", input) : { EventBusArn: known.arn };
    },
    putRule: (input) => call("PutRule", input),
    putTargets: (input) => call("PutTargets", input),
    removeTargets: (input) => call("RemoveTargets", input),
    listTargets: (rule) => call<{ Targets: { Id: string }[] }>("ListTargetsByRule", rule).Targets,
    deleteRule: (input) => call("DeleteRule", input),
    publish: (event, bus) => router.publish(event, busName(bus)),
    counters: (ruleArn) => metrics.of(ruleArn),
    pending: () => deliveries.count(),
    start: () => {
      worker.start();
      scheduler.start();
    },
    drain: () => worker.drain(),
    stop: async () => {
      scheduler.stop();
      await worker.stop();
    },
  };
}

const NEVER = new AbortController().signal;
