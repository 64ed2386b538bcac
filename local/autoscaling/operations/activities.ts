import { z } from "zod";
import { operation } from "../../wire/operation.ts";
import type { AutoScalingContext } from "../context.ts";
import { SCALABLE_DIMENSION, SERVICE_NAMESPACE } from "../model.ts";
import { page } from "./page.ts";
import { checkResource, filter } from "./schemas.ts";

export const DescribeScalingActivities = operation<AutoScalingContext>()(
  z.strictObject(filter),
  ({ store, scaler }, input) => {
    checkResource(input);
    scaler.settle();
    const found = store
      .activities()
      .filter(({ resourceId }) => input.ResourceId === undefined || resourceId === input.ResourceId);
    const { items, next } = page(found, input);
    return {
      ScalingActivities: items.map((activity) => ({
        ActivityId: activity.id,
        ServiceNamespace: SERVICE_NAMESPACE,
        ResourceId: activity.resourceId,
        ScalableDimension: SCALABLE_DIMENSION,
        Description: activity.description,
        Cause: activity.cause,
        StartTime: activity.startTime / 1000,
        EndTime: activity.endTime && activity.endTime / 1000,
        StatusCode: activity.status,
        StatusMessage: activity.statusMessage,
      })),
      ...next,
    };
  },
);
