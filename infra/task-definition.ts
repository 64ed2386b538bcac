import { Duration } from "aws-cdk-lib";
import {
  Compatibility,
  type ContainerDefinition,
  type ContainerImage,
  FargateTaskDefinition,
  type HealthCheck,
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
  /**
   * Whether the container may write to its volumes alone, of which /tmp is one. A volume is root's unless the image
   * says `VOLUME /tmp`; then it has the image's own permissions.
   * Source: Amazon ECS developer guide, "Use bind mounts with Amazon ECS".
   * @default true
   */
  readonly readonlyRootFilesystem?: boolean;
  /** Where no load balancer asks. ECS ignores that of the image. @default none */
  readonly healthCheck?: HealthCheck;
}

/** Lives as long as the task, on its ephemeral storage. */
const SCRATCH_VOLUME = "scratch";

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
    const { platform, size, readonlyRootFilesystem = true } = props;
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
      ...(props.healthCheck ? { healthCheck: props.healthCheck } : {}),
      readonlyRootFilesystem,
    });
    if (readonlyRootFilesystem) {
      this.definition.addVolume({ name: SCRATCH_VOLUME });
      this.container.addMountPoints({
        sourceVolume: SCRATCH_VOLUME,
        containerPath: "/tmp",
        readOnly: false,
      });
    }
    // Not the log router, where there is one.
    this.definition.defaultContainer = this.container;
  }
}
