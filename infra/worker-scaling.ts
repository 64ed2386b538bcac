import { Duration } from "aws-cdk-lib";
import {
  AdjustmentType,
  PredefinedMetric,
  type ScalableTarget,
  StepScalingAction,
} from "aws-cdk-lib/aws-applicationautoscaling";
import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { ApplicationScalingAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { BaseService, ICluster } from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";
import type { Config } from "./config.ts";
import { described } from "./monitoring/runbook.ts";
import { addWorkers, type PlannedPolicy, removeWorker, START_FIRST_WORKER } from "./scaling-plan.ts";
import { keepFloor, serviceTasks } from "./service-tasks.ts";

export interface WorkerScalingProps {
  readonly cluster: ICluster;
  readonly service: BaseService;
  /** Messages that wait or are in work, as `visible` and `inFlight`, and workers, as `running`; each of one minute. */
  readonly metrics: Readonly<Record<"visible" | "inFlight" | "running", IMetric>>;
  readonly config: Config;
}

const PERIOD = Duration.minutes(1);
const TARGET_UTILIZATION_PERCENT = 70;

/**
 * Scales the workers of the jobs queue, from zero and back: on messages per worker against what the acceptable
 * latency allows, or on CPU or memory where the configuration says so; with a floor for working hours.
 */
export class WorkerScaling extends Construct {
  readonly target: ScalableTarget;
  private readonly metrics: WorkerScalingProps["metrics"];

  constructor(scope: Construct, id: string, { cluster, service, metrics, config }: WorkerScalingProps) {
    super(scope, id);
    this.metrics = metrics;
    this.target = serviceTasks(this, {
      cluster,
      service,
      minimum: config.minWorkers,
      maximum: config.maxWorkers,
    });
    if (config.workerScaling === "backlog") this.scaleOnBacklog(config);
    else this.scaleOnUtilization(config.workerScaling);
    if (config.minWorkers === 0) this.play("FirstMessage", "StartFirstWorker", START_FIRST_WORKER);
    const hours = config.workingHours;
    if (hours)
      keepFloor(this.target, "WorkingHours", hours, { atLeast: hours.workers, otherwise: config.minWorkers });
  }

  private scaleOnBacklog(config: Config): void {
    this.play("MuchToDo", "AddWorkers", addWorkers(config));
    this.play("LittleToDo", "RemoveWorker", removeWorker(config));
  }

  private scaleOnUtilization(by: "cpu" | "memory"): void {
    this.target.scaleToTrackMetric("Utilization", {
      predefinedMetric:
        by === "cpu"
          ? PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION
          : PredefinedMetric.ECS_SERVICE_AVERAGE_MEMORY_UTILIZATION,
      targetValue: TARGET_UTILIZATION_PERCENT,
    });
  }

  /** An alarm, and the policy that it calls. */
  private play(alarmId: string, actionId: string, plan: PlannedPolicy): void {
    const { expression, threshold, evaluationPeriods, label } = plan;
    const usingMetrics = Object.fromEntries(
      Object.entries(this.metrics).filter(([name]) => expression.includes(name)),
    );
    const math = new MathExpression({ label, expression, usingMetrics, period: PERIOD });
    const alarm = math.createAlarm(this, alarmId, {
      alarmDescription: described(`${label}; scales the workers of the jobs queue`, "scaling"),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold,
      evaluationPeriods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new StepScalingAction(this, actionId, {
      scalingTarget: this.target,
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      cooldown: PERIOD,
    });
    for (const step of plan.steps) action.addAdjustment(step);
    alarm.addAlarmAction(new ApplicationScalingAction(action));
  }
}
