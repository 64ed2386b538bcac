import { randomUUID } from "node:crypto";
import { type CapacityDecision, cooldownsAfter, decideCapacity, intoLimits } from "./decide/capacity.ts";
import {
  type Breach,
  DEFAULT_COOLDOWN_SECONDS as STEP_COOLDOWN,
  stepProposal,
} from "./decide/step-scaling.ts";
import {
  scaleInProposal,
  scaleOutProposal,
  DEFAULT_COOLDOWN_SECONDS as TRACKING_COOLDOWN,
} from "./decide/target-tracking.ts";
import type { ScalableTarget, ScalingActivity, ScalingPolicy } from "./model.ts";
import type { AutoScalingStore } from "./store.ts";

/** What a policy's alarm says. */
export interface AlarmReport {
  readonly name: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  readonly threshold: number;
  readonly breach: Breach;
  /** Values that the alarm looked at, oldest first. */
  readonly datapoints: readonly number[];
}

export interface Capacity {
  readonly desired: number;
  readonly running: number;
}

export interface ScalerPorts {
  readonly store: AutoScalingStore;
  readonly now: () => number;
  /** Undefined when there is no such service. */
  readonly describeService: (resourceId: string) => Capacity | undefined;
  readonly setDesiredCount: (resourceId: string, count: number) => void;
  /** An alarm as it is now; undefined when there is none. */
  readonly alarm: (name: string) => AlarmReport | undefined;
}

/** Moves desired counts: for alarms, for changed limits, and tells what came of it. */
export class Scaler {
  readonly #ports: ScalerPorts;

  constructor(ports: ScalerPorts) {
    this.#ports = ports;
  }

  /** An alarm calls for a policy; called again every minute that the alarm stands. */
  onAlarm(policy: ScalingPolicy, alarm: AlarmReport): void {
    const { store, now } = this.#ports;
    this.settle();
    const target = store.targets.get(policy.resourceId);
    const service = this.#ports.describeService(policy.resourceId);
    const proposal = this.#proposal(policy, alarm);
    if (!target || !service || !proposal) return;
    const decision = decideCapacity({
      current: service.desired,
      propose: proposal,
      limits: target,
      cooldowns: target.cooldowns,
      nowMs: now(),
    });
    if (decision.kind === "stay" || isSuspended(target, decision)) return;
    const cause = `monitor alarm ${alarm.name} in state ${alarm.state} triggered policy ${policy.name}`;
    if (!this.#setDesired(target.resourceId, decision.to, cause)) return;
    const cooldowns = cooldownsAfter(decision, target.cooldowns, {
      nowMs: now(),
      cooldownSeconds: cooldownOf(policy, decision.direction),
    });
    store.targets.put(target.resourceId, { ...target, cooldowns });
  }

  /** Brings a service into its limits after they changed, at once and whatever the cooldowns. */
  enforceLimits(target: ScalableTarget): void {
    const service = this.#ports.describeService(target.resourceId);
    if (!service) return;
    const wanted = intoLimits(service.desired, target);
    if (wanted === service.desired) return;
    const limit =
      wanted > service.desired
        ? `minimum capacity was set to ${target.min}`
        : `maximum capacity was set to ${target.max}`;
    this.#setDesired(target.resourceId, wanted, limit);
  }

  /** Notes activities as successful whose tasks run by now. */
  settle(): void {
    const { store, now } = this.#ports;
    for (const activity of store.activities()) {
      if (activity.status !== "InProgress" || activity.desired === undefined) continue;
      const service = this.#ports.describeService(activity.resourceId);
      if (service?.desired !== activity.desired) {
        store.putActivity({ ...activity, status: "Overridden", endTime: now() });
      } else if (service.running === activity.desired) {
        const statusMessage = `Successfully set desired count to ${activity.desired}. Change successfully fulfilled by ecs.`;
        store.putActivity({ ...activity, status: "Successful", statusMessage, endTime: now() });
      }
    }
  }

  /** Tells of something that was done. */
  note(activity: Omit<ScalingActivity, "id" | "startTime">): void {
    const { store, now } = this.#ports;
    store.putActivity({ id: randomUUID(), startTime: now(), ...activity });
  }

  #proposal(policy: ScalingPolicy, alarm: AlarmReport): ((capacity: number) => number) | undefined {
    if (policy.step) return stepProposal(policy.step, alarm);
    if (!policy.targetTracking || alarm.state !== "ALARM") return undefined;
    const [high] = policy.alarms;
    if (alarm.name === high?.AlarmName) {
      return scaleOutProposal(policy.targetTracking.TargetValue, alarm.datapoints);
    }
    const tracking = this.#ports.store.policies
      .all()
      .filter(
        ({ resourceId, targetTracking }) =>
          resourceId === policy.resourceId && targetTracking && !targetTracking.DisableScaleIn,
      );
    return scaleInProposal(
      tracking.map(({ targetTracking, alarms: [, low] }) => {
        const report = low && (low.AlarmName === alarm.name ? alarm : this.#ports.alarm(low.AlarmName));
        return {
          target: targetTracking?.TargetValue ?? 0,
          low: report?.state ?? "INSUFFICIENT_DATA",
          lowDatapoints: report?.datapoints ?? [],
        };
      }),
    );
  }

  /** @returns whether the service took it */
  #setDesired(resourceId: string, count: number, cause: string): boolean {
    const description = `Setting desired count to ${count}.`;
    try {
      this.#ports.setDesiredCount(resourceId, count);
    } catch (error) {
      this.note({
        resourceId,
        description,
        cause,
        status: "Failed",
        statusMessage: `Failed to set desired count to ${count}. Reason: ${(error as Error).message}`,
        endTime: this.#ports.now(),
      });
      return false;
    }
    // What an earlier activity wanted is overtaken.
    this.settle();
    this.note({
      resourceId,
      description,
      cause,
      status: "InProgress",
      statusMessage: `Successfully set desired count to ${count}. Waiting for change to be fulfilled by ecs.`,
      desired: count,
    });
    return true;
  }
}

function isSuspended({ suspended }: ScalableTarget, decision: CapacityDecision & { kind: "scale" }): boolean {
  return decision.direction === "out"
    ? suspended.DynamicScalingOutSuspended
    : suspended.DynamicScalingInSuspended;
}

/** Seconds. */
function cooldownOf({ step, targetTracking }: ScalingPolicy, direction: "out" | "in"): number {
  if (step) return step.Cooldown ?? STEP_COOLDOWN;
  const given = direction === "out" ? targetTracking?.ScaleOutCooldown : targetTracking?.ScaleInCooldown;
  return given ?? TRACKING_COOLDOWN;
}
