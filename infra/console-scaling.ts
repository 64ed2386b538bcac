import { Duration } from "aws-cdk-lib";
import {
  AdjustmentType,
  PredefinedMetric,
  type ScalableTarget,
} from "aws-cdk-lib/aws-applicationautoscaling";
import type { FargateService, ICluster } from "aws-cdk-lib/aws-ecs";
import type { ApplicationTargetGroup } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Construct } from "constructs";
import type { Config } from "./config.ts";
import { keepFloor, serviceTasks } from "./service-tasks.ts";

export interface ConsoleScalingProps {
  readonly cluster: ICluster;
  readonly service: FargateService;
  /** Of an Application Load Balancer; another kind counts no requests. */
  readonly targetGroup: ApplicationTargetGroup | undefined;
  readonly config: Pick<Config, "minConsoleTasks" | "maxConsoleTasks" | "consoleScaling" | "consoleHours">;
}

const CPU_PERCENT = 60;
const MEMORY_PERCENT = 75;
/** Requests a minute to one task: 25 a second, a third of what a quarter of a vCPU does. */
const REQUESTS_PER_TARGET = 1_500;

/**
 * The number of the console's tasks: target tracking on CPU, memory and requests per target, of which the one that asks
 * for most wins; or steps over CPU; and a floor for working hours.
 */
export class ConsoleScaling extends Construct {
  readonly target: ScalableTarget;

  constructor(scope: Construct, id: string, props: ConsoleScalingProps) {
    super(scope, id);
    const { cluster, service, config } = props;
    this.target = serviceTasks(this, {
      cluster,
      service,
      minimum: config.minConsoleTasks,
      maximum: Math.max(config.minConsoleTasks, config.maxConsoleTasks),
    });
    if (config.consoleScaling === "step") this.scaleInSteps(service);
    else this.trackTargets(props);
    const hours = config.consoleHours;
    if (hours)
      keepFloor(this.target, "ConsoleHours", hours, {
        atLeast: hours.tasks,
        otherwise: config.minConsoleTasks,
      });
  }

  private trackTargets({ targetGroup }: ConsoleScalingProps): void {
    this.target.scaleToTrackMetric("Cpu", {
      predefinedMetric: PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION,
      targetValue: CPU_PERCENT,
    });
    this.target.scaleToTrackMetric("Memory", {
      predefinedMetric: PredefinedMetric.ECS_SERVICE_AVERAGE_MEMORY_UTILIZATION,
      targetValue: MEMORY_PERCENT,
    });
    if (!targetGroup) return;
    this.target.scaleToTrackMetric("Requests", {
      predefinedMetric: PredefinedMetric.ALB_REQUEST_COUNT_PER_TARGET,
      resourceLabel: `${targetGroup.firstLoadBalancerFullName}/${targetGroup.targetGroupFullName}`,
      targetValue: REQUESTS_PER_TARGET,
    });
  }

  private scaleInSteps(service: FargateService): void {
    this.target.scaleOnMetric("CpuSteps", {
      metric: service.metricCpuUtilization({ period: Duration.minutes(1) }),
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      cooldown: Duration.minutes(2),
      evaluationPeriods: 2,
      scalingSteps: [
        { upper: 20, change: -1 },
        { lower: CPU_PERCENT, change: 1 },
        { lower: CPU_PERCENT + 20, change: 2 },
      ],
    });
  }
}
