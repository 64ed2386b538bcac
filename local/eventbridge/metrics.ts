/** Metrics of namespace AWS/Events that rules count. */
export type MetricName =
  | "MatchedEvents"
  | "TriggeredRules"
  | "Invocations"
  | "FailedInvocations"
  | "InvocationsSentToDlq"
  | "InvocationsFailedToBeSentToDlq"
  | "RetryInvocationAttempts";

/** Told of each count as it happens. `dimensions`: RuleName, and EventBusName for buses other than the default. */
export type OnMetric = (
  name: MetricName,
  dimensions: Readonly<Record<string, string>>,
  value: number,
) => void;

export interface RuleRef {
  readonly arn: string;
  readonly name: string;
  readonly bus: string;
}

export type RuleCounters = Readonly<Record<MetricName, number>>;

/** Counts per rule since the start of the runtime. */
export class Metrics {
  private readonly counters = new Map<string, Record<MetricName, number>>();
  private readonly onMetric: OnMetric | undefined;

  constructor(onMetric: OnMetric | undefined) {
    this.onMetric = onMetric;
  }

  count(name: MetricName, rule: RuleRef): void {
    const counters = this.counters.get(rule.arn) ?? zero();
    counters[name] += 1;
    this.counters.set(rule.arn, counters);
    const bus = rule.bus === "default" ? {} : { EventBusName: rule.bus };
    this.onMetric?.(name, { RuleName: rule.name, ...bus }, 1);
  }

  of(ruleArn: string): RuleCounters {
    return this.counters.get(ruleArn) ?? zero();
  }
}

function zero(): Record<MetricName, number> {
  return {
    MatchedEvents: 0,
    TriggeredRules: 0,
    Invocations: 0,
    FailedInvocations: 0,
    InvocationsSentToDlq: 0,
    InvocationsFailedToBeSentToDlq: 0,
    RetryInvocationAttempts: 0,
  };
}
