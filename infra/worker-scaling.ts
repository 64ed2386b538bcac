import { Duration, Stack, TimeZone } from "aws-cdk-lib";
import {
  AdjustmentType,
  PredefinedMetric,
  ScalableTarget,
  Schedule,
  ServiceNamespace,
  StepScalingAction,
} from "aws-cdk-lib/aws-applicationautoscaling";
import {
  type Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { ApplicationScalingAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { FargateService, ICluster } from "aws-cdk-lib/aws-ecs";
import { Role } from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Config } from "./config.ts";

export interface WorkerScalingProps {
  readonly cluster: ICluster;
  readonly service: FargateService;
  readonly queue: IQueue;
  readonly config: Config;
}

const PERIOD = Duration.minutes(1);
/** Minutes with little to do before a worker goes: starting one costs a minute at least. */
const IDLE_MINUTES = 5;
const TARGET_UTILIZATION_PERCENT = 70;

/**
 * Scales the workers of the jobs queue, from zero and back: on messages per worker against what the acceptable
 * latency allows, or on CPU or memory where the configuration says so; with a floor for working hours.
 */
export class WorkerScaling extends Construct {
  readonly target: ScalableTarget;
  /** Messages that wait or are in work, as `visible` and `inFlight`, and workers, as `running`. */
  private readonly metrics: Record<"visible" | "inFlight" | "running", IMetric>;

  constructor(scope: Construct, id: string, { cluster, service, queue, config }: WorkerScalingProps) {
    super(scope, id);
    this.metrics = {
      visible: queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: "Maximum" }),
      // Counted too, or scaling in would end the work that is under way.
      inFlight: queue.metricApproximateNumberOfMessagesNotVisible({ period: PERIOD, statistic: "Maximum" }),
      running: new Metric({
        namespace: "ECS/ContainerInsights",
        metricName: "RunningTaskCount",
        dimensionsMap: { ClusterName: cluster.clusterName, ServiceName: service.serviceName },
        period: PERIOD,
        statistic: "Average",
      }),
    };
    this.target = new ScalableTarget(this, "Target", {
      serviceNamespace: ServiceNamespace.ECS,
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
      minCapacity: config.minWorkers,
      maxCapacity: config.maxWorkers,
      // Application Auto Scaling uses its service-linked role whatever is given; CDK would make one for nothing.
      role: Role.fromRoleArn(
        this,
        "ServiceLinkedRole",
        Stack.of(this).formatArn({
          service: "iam",
          region: "",
          resource: "role/aws-service-role/ecs.application-autoscaling.amazonaws.com",
          resourceName: "AWSServiceRoleForApplicationAutoScaling_ECSService",
        }),
      ),
    });
    this.target.node.addDependency(service);
    if (config.workerScaling === "backlog") this.scaleOnBacklog(config);
    else this.scaleOnUtilization(config.workerScaling);
    if (config.minWorkers === 0) this.scaleFromZero();
    if (config.workingHours) this.keepFloor(config.workingHours, config.minWorkers);
  }

  private scaleOnBacklog({ acceptableLatencySeconds, secondsPerMessage }: Config): void {
    const acceptable = Math.max(1, Math.floor(acceptableLatencySeconds / secondsPerMessage));
    const running = "FILL(running, 0)";
    const perWorker = `((visible + inFlight) / IF(${running} < 1, 1, ${running}))`;
    const more = this.alarm("MuchToDo", perWorker, acceptable, 1, "Messages per worker");
    more.addAlarmAction(
      this.action("AddWorkers", AdjustmentType.CHANGE_IN_CAPACITY, [
        { lowerBound: 0, upperBound: 3 * acceptable, adjustment: 1 },
        { lowerBound: 3 * acceptable, upperBound: 15 * acceptable, adjustment: 4 },
        { lowerBound: 15 * acceptable, adjustment: 10 },
      ]),
    );
    // The last worker goes only when there is nothing at all to do.
    const idle = `IF(${running} > 1, ${perWorker} < ${acceptable / 2}, (visible + inFlight) < 1)`;
    const less = this.alarm("LittleToDo", idle, 1, IDLE_MINUTES, "Whether a worker can go");
    less.addAlarmAction(
      this.action("RemoveWorker", AdjustmentType.CHANGE_IN_CAPACITY, [{ lowerBound: 0, adjustment: -1 }]),
    );
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

  /**
   * The first message on an empty system starts a worker. No other policy can: with no task there is nothing to
   * divide by, and nothing whose CPU or memory could be measured.
   */
  private scaleFromZero(): void {
    const waiting = "IF(FILL(running, 0) < 1, visible, 0)";
    const first = this.alarm("FirstMessage", waiting, 1, 1, "Messages without any worker");
    first.addAlarmAction(
      this.action("StartFirstWorker", AdjustmentType.EXACT_CAPACITY, [{ lowerBound: 0, adjustment: 1 }]),
    );
  }

  private keepFloor(hours: NonNullable<Config["workingHours"]>, minCapacity: number): void {
    const timeZone = TimeZone.of(hours.timeZone);
    const at = (hour: number) => Schedule.cron({ hour: String(hour), minute: "0", weekDay: "MON-FRI" });
    this.target.scaleOnSchedule("WorkingHoursBegin", {
      schedule: at(hours.from),
      timeZone,
      minCapacity: hours.workers,
    });
    this.target.scaleOnSchedule("WorkingHoursEnd", { schedule: at(hours.to), timeZone, minCapacity });
  }

  private alarm(
    id: string,
    expression: string,
    threshold: number,
    evaluationPeriods: number,
    label: string,
  ): Alarm {
    const usingMetrics = Object.fromEntries(
      Object.entries(this.metrics).filter(([name]) => expression.includes(name)),
    );
    return new MathExpression({ label, expression, usingMetrics, period: PERIOD }).createAlarm(this, id, {
      alarmDescription: `${label}; scales the workers of the jobs queue`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold,
      evaluationPeriods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private action(
    id: string,
    adjustmentType: AdjustmentType,
    steps: readonly { lowerBound: number; upperBound?: number; adjustment: number }[],
  ): ApplicationScalingAction {
    const action = new StepScalingAction(this, id, {
      scalingTarget: this.target,
      adjustmentType,
      cooldown: PERIOD,
    });
    for (const step of steps) action.addAdjustment(step);
    return new ApplicationScalingAction(action);
  }
}
