import { z } from "zod";
import { AwsError, NotPlayedError } from "../../wire/aws-error.ts";
import { SCALABLE_DIMENSION, SERVICE_NAMESPACE } from "../model.ts";

// CloudFormation takes numbers and booleans as text too.
const number = z.preprocess((raw) => (typeof raw === "string" && raw !== "" ? Number(raw) : raw), z.number());
const integer = z.preprocess((raw) => (typeof raw === "string" && raw !== "" ? Number(raw) : raw), z.int());
const flag = z.preprocess((raw) => (raw === "true" ? true : raw === "false" ? false : raw), z.boolean());

export const capacity = integer.pipe(z.int().min(0));
export const name = z.string().min(1).max(256);
/** Milliseconds since the epoch; seconds or ISO 8601 on the wire. */
export const timestamp = z.preprocess(
  (raw) => (typeof raw === "number" ? raw * 1000 : typeof raw === "string" ? Date.parse(raw) : raw),
  z.number(),
);

export const resource = {
  ServiceNamespace: z.string(),
  ResourceId: z.string().min(1).max(1600),
  ScalableDimension: z.string(),
};

export const filter = {
  ServiceNamespace: z.string(),
  ResourceId: z.string().optional(),
  ScalableDimension: z.string().optional(),
  MaxResults: integer.pipe(z.int().min(1).max(50)).default(50),
  NextToken: z.string().optional(),
};

export const suspendedState = z.strictObject({
  DynamicScalingInSuspended: flag.optional(),
  DynamicScalingOutSuspended: flag.optional(),
  ScheduledScalingSuspended: flag.optional(),
});

export const scalableTargetAction = z.strictObject({
  MinCapacity: capacity.optional(),
  MaxCapacity: capacity.optional(),
});

export const stepScaling = z.strictObject({
  AdjustmentType: z.enum(["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"]),
  StepAdjustments: z
    .array(
      z.strictObject({
        MetricIntervalLowerBound: number.optional(),
        MetricIntervalUpperBound: number.optional(),
        ScalingAdjustment: integer,
      }),
    )
    .min(1)
    .max(20),
  MinAdjustmentMagnitude: integer.optional(),
  Cooldown: integer.optional(),
  MetricAggregationType: z.enum(["Average", "Minimum", "Maximum"]).optional(),
});

const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() }));

const metricStat = z.strictObject({
  Metric: z.strictObject({
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: dimensions.default([]),
  }),
  Stat: z.string(),
  Unit: z.string().optional(),
});

export const targetTracking = z.strictObject({
  TargetValue: number.pipe(z.number().positive()),
  PredefinedMetricSpecification: z
    .strictObject({
      PredefinedMetricType: z.enum([
        "ECSServiceAverageCPUUtilization",
        "ECSServiceAverageMemoryUtilization",
        "ALBRequestCountPerTarget",
      ]),
      ResourceLabel: z.string().optional(),
    })
    .optional(),
  CustomizedMetricSpecification: z
    .strictObject({
      MetricName: z.string().optional(),
      Namespace: z.string().optional(),
      Dimensions: dimensions.optional(),
      Statistic: z.enum(["Average", "Minimum", "Maximum", "SampleCount", "Sum"]).optional(),
      Unit: z.string().optional(),
      Metrics: z
        .array(
          z.strictObject({
            Id: z.string(),
            Expression: z.string().optional(),
            Label: z.string().optional(),
            ReturnData: flag.optional(),
            MetricStat: metricStat.optional(),
          }),
        )
        .min(1)
        .optional(),
    })
    .optional(),
  ScaleOutCooldown: integer.optional(),
  ScaleInCooldown: integer.optional(),
  DisableScaleIn: flag.optional(),
});

/**
 * Only the desired count of ECS services is scaled here.
 * @throws NotPlayedError for other services, AwsError ValidationException for a resource id that is no service's
 */
export function checkResource(input: {
  readonly ServiceNamespace: string;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}): void {
  const { ServiceNamespace, ResourceId, ScalableDimension = SCALABLE_DIMENSION } = input;
  if (ServiceNamespace !== SERVICE_NAMESPACE) {
    throw new NotPlayedError(`application-autoscaling ServiceNamespace ${ServiceNamespace}`);
  }
  if (ScalableDimension !== SCALABLE_DIMENSION) {
    throw new AwsError(
      "ValidationException",
      `Unsupported service namespace, resource type or scalable dimension: ${ScalableDimension}`,
    );
  }
  if (ResourceId !== undefined && !/^service\/[^/]+\/[^/]+$/.test(ResourceId)) {
    throw new AwsError("ValidationException", `ResourceId ${ResourceId} is not service/<cluster>/<service>`);
  }
}
