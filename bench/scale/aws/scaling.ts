import type { PlannedPolicy } from "../../../infra/scaling-plan.ts";
import { cooldownsAfter, decideCapacity, type Limits } from "../../../local/autoscaling/decide/capacity.ts";
import { stepProposal } from "../../../local/autoscaling/decide/step-scaling.ts";
import {
  HIGH_PERIODS,
  LOW_PERIODS,
  lowThreshold,
  scaleInProposal,
  scaleOutProposal,
} from "../../../local/autoscaling/decide/target-tracking.ts";
import type { Cooldowns } from "../../../local/autoscaling/model.ts";
import type { Ledger } from "../figures/ledger.ts";
import { type AlarmReport, MinuteAlarm } from "./alarm.ts";

type Metrics = Readonly<Record<string, number>>;
type Proposal = ((capacity: number) => number) | undefined;

/** What a policy would set, each minute. */
export interface ScalingRule {
  readonly cooldownSeconds: number;
  minute(metrics: Metrics): Proposal;
}

/** A flap: taken away, and added again within this time. */
const FLAP_SECONDS = 600;

/** Moves a service's desired count each minute, by the decisions of the local runtime's Application Auto Scaling. */
export class ScalableTarget {
  readonly #limits: Limits;
  readonly #rules: readonly ScalingRule[];
  readonly #ledger: Ledger;
  #cooldowns: Cooldowns = {};
  #scaledInAt = Number.NEGATIVE_INFINITY;

  constructor(limits: Limits, rules: readonly ScalingRule[], ledger: Ledger) {
    this.#limits = limits;
    this.#rules = rules;
    this.#ledger = ledger;
  }

  minute(now: number, metrics: Metrics, service: { desired: number; setDesired(count: number): void }): void {
    for (const rule of this.#rules) {
      const propose = rule.minute(metrics);
      if (!propose) continue;
      const question = {
        current: service.desired,
        propose,
        limits: this.#limits,
        cooldowns: this.#cooldowns,
      };
      const decision = decideCapacity({ ...question, nowMs: now * 1_000 });
      if (decision.kind === "stay") continue;
      if (decision.direction === "in") this.#scaledInAt = now;
      else if (now - this.#scaledInAt < FLAP_SECONDS) this.#ledger.flaps++;
      service.setDesired(decision.to);
      this.#cooldowns = cooldownsAfter(decision, this.#cooldowns, {
        nowMs: now * 1_000,
        cooldownSeconds: rule.cooldownSeconds,
      });
    }
  }
}

/** A step policy of Longshore's own template. */
export function plannedRule(plan: PlannedPolicy): ScalingRule {
  const alarm = new MinuteAlarm(plan.expression, {
    threshold: plan.threshold,
    comparison: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: plan.evaluationPeriods,
    datapointsToAlarm: plan.evaluationPeriods,
    treatMissingData: "notBreaching",
  });
  const policy = {
    AdjustmentType: plan.adjustment,
    StepAdjustments: plan.steps.map(({ lowerBound, upperBound, adjustment }) => ({
      MetricIntervalLowerBound: lowerBound,
      MetricIntervalUpperBound: upperBound,
      ScalingAdjustment: adjustment,
    })),
  };
  return {
    cooldownSeconds: 60,
    minute: (metrics) => {
      const report = alarm.minute(metrics);
      if (report.state !== "ALARM") return undefined;
      return stepProposal(policy, { ...report, threshold: plan.threshold, breach: "above" });
    },
  };
}

/** One step on one side of a threshold, as CDK's `scaleOnMetric` makes them: one alarm a side. */
export function stepRule(
  metric: string,
  side: "above" | "below",
  threshold: number,
  steps: readonly { readonly from: number; readonly adjustment: number }[],
  cooldownSeconds: number,
): ScalingRule {
  const alarm = new MinuteAlarm(metric, {
    threshold,
    comparison: side === "above" ? "GreaterThanOrEqualToThreshold" : "LessThanOrEqualToThreshold",
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "missing",
  });
  const policy = {
    AdjustmentType: "ChangeInCapacity" as const,
    StepAdjustments: steps.map(({ from, adjustment }, index) =>
      side === "above"
        ? {
            MetricIntervalLowerBound: from - threshold,
            MetricIntervalUpperBound: bound(steps[index + 1]?.from, threshold),
            ScalingAdjustment: adjustment,
          }
        : { MetricIntervalUpperBound: 0, ScalingAdjustment: adjustment },
    ),
  };
  return {
    cooldownSeconds,
    minute: (metrics) => {
      const report = alarm.minute(metrics);
      if (report.state !== "ALARM") return undefined;
      return stepProposal(policy, { ...report, threshold, breach: side });
    },
  };
}

function bound(from: number | undefined, threshold: number): number | undefined {
  return from === undefined ? undefined : from - threshold;
}

/** Target tracking, with the two alarms that Application Auto Scaling makes for it. */
export function trackingRules(metric: string, target: number, cooldownSeconds: number): ScalingRule[] {
  const alarm = (
    comparison: "GreaterThanThreshold" | "LessThanThreshold",
    threshold: number,
    periods: number,
  ) =>
    new MinuteAlarm(metric, {
      threshold,
      comparison,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: "missing",
    });
  const high = alarm("GreaterThanThreshold", target, HIGH_PERIODS);
  const low = alarm("LessThanThreshold", lowThreshold(target), LOW_PERIODS);
  const raised = (report: AlarmReport) => report.state === "ALARM";
  return [
    {
      cooldownSeconds,
      minute: (metrics) => {
        const report = high.minute(metrics);
        return raised(report) ? scaleOutProposal(target, report.datapoints) : undefined;
      },
    },
    {
      cooldownSeconds,
      minute: (metrics) => {
        const report = low.minute(metrics);
        if (!raised(report)) return undefined;
        return scaleInProposal([{ target, low: report.state, lowDatapoints: report.datapoints }]);
      },
    },
  ];
}
