import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import { arn } from "../../wire/realm.ts";
import type { AutoScalingContext } from "../context.ts";
import { parseScheduleExpression } from "../decide/schedule.ts";
import { SCALABLE_DIMENSION, type ScheduledAction, SERVICE_NAMESPACE } from "../model.ts";
import { keyOf } from "../store.ts";
import { page } from "./page.ts";
import { checkResource, filter, name, resource, scalableTargetAction, timestamp } from "./schemas.ts";
import { targetOf } from "./targets.ts";

const define = operation<AutoScalingContext>();

export const putActionSchema = z.strictObject({
  ...resource,
  ScheduledActionName: name,
  Schedule: z.string().optional(),
  Timezone: z.string().optional(),
  StartTime: timestamp.optional(),
  EndTime: timestamp.optional(),
  ScalableTargetAction: scalableTargetAction.optional(),
});

/** PutScheduledAction; what is not said of an existing action is as if it had never been said. */
export function putAction(context: AutoScalingContext, input: z.output<typeof putActionSchema>): void {
  checkResource(input);
  const { store, realm, now } = context;
  const { ResourceId, ScheduledActionName, Schedule, Timezone, ScalableTargetAction } = input;
  targetOf(context, ResourceId);
  const before = store.actions.get(keyOf(ResourceId, ScheduledActionName));
  const schedule = Schedule ?? before?.schedule;
  if (schedule === undefined)
    throw new AwsError("ValidationException", "A new scheduled action needs a Schedule");
  parseScheduleExpression(schedule, Timezone);
  const { MinCapacity: min, MaxCapacity: max } = ScalableTargetAction ?? {};
  if (min === undefined && max === undefined) {
    throw new AwsError("ValidationException", "ScalableTargetAction needs MinCapacity, MaxCapacity or both");
  }
  const action: ScheduledAction = {
    name: ScheduledActionName,
    arn:
      before?.arn ??
      arn(
        realm,
        "autoscaling",
        `scheduledAction:${randomUUID()}:resource/${SERVICE_NAMESPACE}/${ResourceId}:scheduledActionName/${ScheduledActionName}`,
      ),
    resourceId: ResourceId,
    schedule,
    timezone: Timezone,
    startTime: input.StartTime,
    endTime: input.EndTime,
    min,
    max,
    created: before?.created ?? now(),
    // The same schedule goes on where it was; another begins anew.
    ran: before?.schedule === schedule ? before.ran : now(),
  };
  store.actions.put(keyOf(ResourceId, ScheduledActionName), action);
  context.scheduler.plan();
}

export function removeAction(context: AutoScalingContext, resourceId: string, actionName: string): void {
  context.store.actions.delete(keyOf(resourceId, actionName));
  context.scheduler.plan();
}

export const PutScheduledAction = define(putActionSchema, (context, input) => {
  putAction(context, input);
  return {};
});

export const DeleteScheduledAction = define(
  z.strictObject({ ...resource, ScheduledActionName: name }),
  (context, input) => {
    checkResource(input);
    const { ResourceId, ScheduledActionName } = input;
    if (!context.store.actions.get(keyOf(ResourceId, ScheduledActionName))) {
      throw new AwsError("ObjectNotFoundException", `No scheduled action found for ${ScheduledActionName}`);
    }
    removeAction(context, ResourceId, ScheduledActionName);
    return {};
  },
);

export const DescribeScheduledActions = define(
  z.strictObject({ ...filter, ScheduledActionNames: z.array(z.string()).optional() }),
  ({ store }, { ScheduledActionNames, ...input }) => {
    checkResource(input);
    const found = store.actions
      .all()
      .filter(
        (action) =>
          (input.ResourceId === undefined || action.resourceId === input.ResourceId) &&
          (ScheduledActionNames === undefined || ScheduledActionNames.includes(action.name)),
      );
    const { items, next } = page(found, input);
    return {
      ScheduledActions: items.map((action) => ({
        ScheduledActionName: action.name,
        ScheduledActionARN: action.arn,
        ServiceNamespace: SERVICE_NAMESPACE,
        Schedule: action.schedule,
        Timezone: action.timezone,
        ResourceId: action.resourceId,
        ScalableDimension: SCALABLE_DIMENSION,
        StartTime: action.startTime && action.startTime / 1000,
        EndTime: action.endTime && action.endTime / 1000,
        ScalableTargetAction: { MinCapacity: action.min, MaxCapacity: action.max },
        CreationTime: action.created / 1000,
      })),
      ...next,
    };
  },
);
