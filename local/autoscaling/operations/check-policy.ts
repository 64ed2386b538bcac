import { AwsError } from "../../wire/aws-error.ts";
import type { StepAdjustment, StepScalingConfiguration, TargetTrackingConfiguration } from "../model.ts";

interface Configurations {
  readonly step: StepScalingConfiguration | undefined;
  readonly tracking: TargetTrackingConfiguration | undefined;
}

/** @throws AwsError ValidationException */
export function checkPolicy(type: string, { step, tracking }: Configurations): void {
  if (type !== "StepScaling" && type !== "TargetTrackingScaling") {
    throw invalid(`PolicyType ${type} is not StepScaling or TargetTrackingScaling`);
  }
  if (
    (type === "StepScaling") !== (step !== undefined) ||
    (type !== "StepScaling") !== (tracking !== undefined)
  ) {
    throw invalid(`A policy of type ${type} takes the configuration of its type, and no other`);
  }
  if (step) checkSteps(step);
  if (tracking) checkTracking(tracking);
}

function checkSteps({
  AdjustmentType,
  MinAdjustmentMagnitude,
  StepAdjustments,
}: StepScalingConfiguration): void {
  if (MinAdjustmentMagnitude !== undefined && AdjustmentType !== "PercentChangeInCapacity") {
    throw invalid("MinAdjustmentMagnitude is for the adjustment type PercentChangeInCapacity only");
  }
  const sorted = [...StepAdjustments].sort((a, b) => lower(a) - lower(b));
  for (const [index, step] of sorted.entries()) {
    if (lower(step) >= upper(step)) throw invalid("A step's lower bound must be less than its upper bound");
    const next = sorted[index + 1];
    if (next && upper(step) > lower(next)) throw invalid("Step adjustment intervals can't overlap");
    if (next && upper(step) < lower(next))
      throw invalid("There can't be a gap between step adjustment intervals");
  }
}

function checkTracking({
  PredefinedMetricSpecification: predefined,
  CustomizedMetricSpecification: customized,
}: TargetTrackingConfiguration): void {
  if ((predefined === undefined) === (customized === undefined)) {
    throw invalid("A target tracking policy takes a predefined or a customized metric, and one of them only");
  }
  const needsLabel = predefined?.PredefinedMetricType === "ALBRequestCountPerTarget";
  if (predefined && needsLabel !== (predefined.ResourceLabel !== undefined)) {
    throw invalid("ResourceLabel is for ALBRequestCountPerTarget, which needs it, and for no other metric");
  }
}

function lower({ MetricIntervalLowerBound }: StepAdjustment): number {
  return MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY;
}

function upper({ MetricIntervalUpperBound }: StepAdjustment): number {
  return MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY;
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
