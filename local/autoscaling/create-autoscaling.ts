import type { DatabaseSync } from "node:sqlite";
import type { z } from "zod";
import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import { jsonService } from "../wire/json-service.ts";
import { type Operation, parseInput } from "../wire/operation.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import type { AlarmKeeper, AutoScalingContext } from "./context.ts";
import { operations } from "./operations/operations.ts";
import { putPolicy, type putPolicySchema, removePolicy } from "./operations/policies.ts";
import { putAction, type putActionSchema, removeAction } from "./operations/scheduled-actions.ts";
import { deregister, register, type registerSchema } from "./operations/targets.ts";
import { type AlarmReport, type Capacity, Scaler } from "./scaler.ts";
import { Scheduler } from "./scheduler.ts";
import { openAutoScalingStore } from "./store.ts";

export type { AlarmKeeper } from "./context.ts";
export type { AlarmReport, Capacity } from "./scaler.ts";

export interface AutoScalingOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** @param resourceId `service/<cluster>/<service>`. @returns undefined when there is no such service */
  readonly describeService: (resourceId: string) => Capacity | undefined;
  readonly setDesiredCount: (resourceId: string, count: number) => void;
  /** Where target tracking policies keep their alarms. */
  readonly alarms: AlarmKeeper & { describe(name: string): AlarmReport | undefined };
}

/** Application Auto Scaling for ECS services. */
export interface AutoScaling {
  readonly service: GatewayService;
  /**
   * What an alarm does whose action is a scaling policy.
   * @throws AwsError ObjectNotFoundException for a policy that there is not
   */
  onAlarm(policyArn: string, alarm: AlarmReport): void;
  // For whoever plays a template, again at every start: each creates the resource or changes it to what is said.
  /** As RegisterScalableTarget. @throws AwsError */
  register(input: unknown): { readonly resourceId: string };
  /** With its policies and actions; nothing when there is none. */
  deregister(resourceId: string): void;
  /** As PutScalingPolicy. @throws AwsError */
  putPolicy(input: unknown): { readonly arn: string };
  /** Nothing when there is none. */
  deletePolicy(policyArn: string): void;
  /** Gives a target exactly these scheduled actions, as PutScheduledAction takes them. @throws AwsError */
  setActions(resourceId: string, inputs: readonly { readonly ScheduledActionName: string }[]): void;
  /** Begins to run scheduled actions. */
  start(): void;
  stop(): void;
}

export function createAutoScaling(options: AutoScalingOptions): AutoScaling {
  const { realm, database, clock, describeService, setDesiredCount, alarms } = options;
  const store = openAutoScalingStore(database);
  const now = () => Math.trunc(clock.now());
  const ports = { store, now, describeService, setDesiredCount, alarm: alarms.describe };
  const scaler = new Scaler(ports);
  const scheduler = new Scheduler(store, scaler, clock);
  const context: AutoScalingContext = { ...ports, realm, alarms, scaler, scheduler };
  const read = <Schema extends z.ZodType>(name: string, input: unknown): z.output<Schema> => {
    const definition = operations[name] as Operation<AutoScalingContext>;
    return parseInput(
      "application-autoscaling",
      name,
      definition,
      input,
      "ValidationException",
    ) as z.output<Schema>;
  };
  const policyByArn = (policyArn: string) => store.policies.all().find(({ arn }) => arn === policyArn);

  return {
    service: jsonService({
      signingNames: ["application-autoscaling"],
      targetPrefix: "AnyScaleFrontendService",
      version: "1.1",
      validationCode: "ValidationException",
      service: context,
      operations,
    }),
    onAlarm(policyArn, alarm) {
      const policy = policyByArn(policyArn);
      if (!policy) throw new AwsError("ObjectNotFoundException", `No scaling policy found for ${policyArn}`);
      scaler.onAlarm(policy, alarm);
    },
    register: (input) => register(context, read<typeof registerSchema>("RegisterScalableTarget", input)),
    deregister: (resourceId) => deregister(context, resourceId),
    putPolicy: (input) => putPolicy(context, read<typeof putPolicySchema>("PutScalingPolicy", input)),
    deletePolicy(policyArn) {
      const policy = policyByArn(policyArn);
      if (policy) removePolicy(context, policy);
    },
    setActions(resourceId, inputs) {
      const wanted = new Set(inputs.map(({ ScheduledActionName }) => ScheduledActionName));
      for (const { name, resourceId: owner } of store.actions.all()) {
        if (owner === resourceId && !wanted.has(name)) removeAction(context, resourceId, name);
      }
      for (const input of inputs)
        putAction(context, read<typeof putActionSchema>("PutScheduledAction", input));
    },
    start: () => scheduler.start(),
    stop: () => scheduler.stop(),
  };
}
