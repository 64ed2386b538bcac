import type { Realm } from "../wire/realm.ts";
import type { Scaler, ScalerPorts } from "./scaler.ts";
import type { Scheduler } from "./scheduler.ts";

/** CloudWatch, as target tracking policies use it. */
export interface AlarmKeeper {
  /** As PutMetricAlarm. @throws AwsError */
  put(input: unknown): { readonly arn: string; readonly name: string };
  delete(name: string): void;
}

/** What Application Auto Scaling's operations work on. */
export interface AutoScalingContext extends ScalerPorts {
  readonly realm: Realm;
  readonly alarms: AlarmKeeper;
  readonly scaler: Scaler;
  readonly scheduler: Scheduler;
}
