import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { atomically } from "../database.ts";
import type { Realm } from "../wire/realm.ts";
import { type EventEnvelope, eventTime } from "./event.ts";
import type { Metrics } from "./metrics.ts";
import { compilePattern } from "./pattern/pattern.ts";
import { RuleIndex } from "./pattern/rule-index.ts";
import type { DeliveryStore } from "./store/delivery-store.ts";
import type { RuleRow, RuleStore, TargetRow } from "./store/rule-store.ts";

/** An event for a bus; what is left out is filled in. */
export type EventInput = Pick<EventEnvelope, "source" | "detail-type" | "detail"> &
  Partial<Pick<EventEnvelope, "id" | "time" | "resources" | "account" | "region" | "version">>;

interface RoutedRule {
  readonly rule: RuleRow;
  readonly targets: readonly TargetRow[];
}

export interface RouterOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly rules: RuleStore;
  readonly deliveries: DeliveryStore;
  readonly metrics: Metrics;
  /** Called when there is something to deliver. */
  readonly onPending: () => void;
}

/** Matches events with the rules of a bus and writes down what is to be delivered to whom. */
export class Router {
  private readonly options: RouterOptions;
  private readonly indexes = new Map<string, RuleIndex<RoutedRule>>();

  constructor(options: RouterOptions) {
    this.options = options;
  }

  /** Rules or targets of a bus have changed. */
  forget(bus: string): void {
    this.indexes.delete(bus);
  }

  /**
   * Puts an event on a bus: one pending delivery for each target of each rule that it matches, in the transaction
   * that is open, if any. Such a transaction must end before the caller awaits anything.
   * @returns the event's id
   */
  publish(input: EventInput, bus: string): string {
    const { realm, clock, metrics } = this.options;
    const event: EventEnvelope = {
      version: "0",
      id: input.id ?? randomUUID(),
      "detail-type": input["detail-type"],
      source: input.source,
      account: input.account ?? realm.accountId,
      time: input.time ?? eventTime(clock.now()),
      region: input.region ?? realm.region,
      resources: input.resources ?? [],
      detail: input.detail,
    };
    const matched = this.index(bus).match(event);
    for (const { rule } of matched) metrics.count("MatchedEvents", rule);
    this.enqueue(event, matched);
    return event.id;
  }

  /** What a schedule sends: to the targets of its own rule alone, it is on no bus. */
  publishScheduled(rule: RuleRow, at: number): void {
    const event: EventEnvelope = {
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: this.options.realm.accountId,
      time: eventTime(at),
      region: this.options.realm.region,
      resources: [rule.arn],
      detail: {},
    };
    this.enqueue(event, [{ rule, targets: this.options.rules.targets(rule.arn) }]);
  }

  private enqueue(event: EventEnvelope, matched: readonly RoutedRule[]): void {
    const { clock, database, deliveries, metrics } = this.options;
    for (const { rule } of matched) metrics.count("TriggeredRules", rule);
    if (!matched.some(({ targets }) => targets.length > 0)) return;
    const text = JSON.stringify(event);
    const ingested = clock.now();
    atomically(database, () => {
      for (const { rule, targets } of matched) {
        for (const target of targets) {
          deliveries.insert({
            bus: rule.bus,
            ruleArn: rule.arn,
            ruleName: rule.name,
            ruleRoleArn: rule.role_arn,
            target: target.json,
            event: text,
            ingested,
          });
        }
      }
    });
    this.options.onPending();
  }

  private index(bus: string): RuleIndex<RoutedRule> {
    const known = this.indexes.get(bus);
    if (known !== undefined) return known;
    const { rules } = this.options;
    const entries = rules.listByBus(bus).flatMap((rule) => {
      if (rule.state !== "ENABLED" || rule.pattern === null) return [];
      return [[compilePattern(rule.pattern), { rule, targets: rules.targets(rule.arn) }] as const];
    });
    const index = new RuleIndex(entries);
    this.indexes.set(bus, index);
    return index;
  }
}
