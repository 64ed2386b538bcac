import { Duration } from "aws-cdk-lib";
import {
  Compatibility,
  type ContainerDefinition,
  type ContainerImage,
  FargateTaskDefinition,
  NetworkMode,
  type PortMapping,
  type Secret,
  TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { Role } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { TaskSize } from "../events/pipeline.ts";
import type { Platform } from "./platform.ts";
import { taskLogging } from "./task-logging.ts";
import { ecsTasks } from "./task-principal.ts";

export interface TaskProps {
  readonly platform: Platform;
  readonly image: ContainerImage;
  /** Name of the container, of its log stream's prefix. */
  readonly name: string;
  readonly size: TaskSize;
  readonly environment: Readonly<Record<string, string>>;
  /** Values of Secrets Manager or SSM, by the variables in which the container finds them. */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** Time between SIGTERM and SIGKILL; ECS allows 120 s at most. @default 30 seconds */
  readonly stopTimeout?: Duration;
  readonly portMappings?: PortMapping[];
  /** Instead of the image's own. */
  readonly command?: readonly string[];
}

/**
 * One container as a task definition, with a task role and an execution role of its own and logs that cannot block it.
 * Where there are instances, it runs on these and on Fargate alike, with a network interface of its own on both.
 */
export class Task extends Construct {
  readonly definition: TaskDefinition;
  readonly container: ContainerDefinition;
  /** What its output goes to, where that is CloudWatch Logs by the awslogs driver. */
  readonly logGroup: LogGroup | undefined;

  constructor(scope: Construct, id: string, props: TaskProps) {
    super(scope, id);
    const { platform, size } = props;
    const common = {
      ...(size.ephemeralStorageGiB === undefined ? {} : { ephemeralStorageGiB: size.ephemeralStorageGiB }),
      runtimePlatform: platform.runtimePlatform,
      taskRole: new Role(this, "TaskRole", {
        assumedBy: ecsTasks(this),
        description: `What the container ${props.name} may do`,
      }),
      executionRole: new Role(this, "ExecutionRole", {
        assumedBy: ecsTasks(this),
        description: `What ECS may do to start the container ${props.name}: image, logs, secrets`,
      }),
    };
    this.definition = platform.instances
      ? new TaskDefinition(this, "Definition", {
          ...common,
          compatibility: Compatibility.EC2_AND_FARGATE,
          networkMode: NetworkMode.AWS_VPC,
          cpu: String(size.cpu),
          memoryMiB: String(size.memoryMiB),
        })
      : new FargateTaskDefinition(this, "Definition", {
          ...common,
          cpu: size.cpu,
          memoryLimitMiB: size.memoryMiB,
        });
    const { driver, logGroup } = taskLogging(this, {
      platform,
      definition: this.definition,
      name: props.name,
    });
    this.logGroup = logGroup;
    this.container = this.definition.addContainer(props.name, {
      image: props.image,
      environment: { ...props.environment },
      ...(props.secrets ? { secrets: { ...props.secrets } } : {}),
      essential: true,
      stopTimeout: props.stopTimeout ?? Duration.seconds(30),
      logging: driver,
      ...(props.command ? { command: [...props.command] } : {}),
      ...(props.portMappings ? { portMappings: props.portMappings } : {}),
    });
    // Not the log router, where there is one.
    this.definition.defaultContainer = this.container;
  }
}
