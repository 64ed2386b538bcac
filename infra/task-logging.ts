import { join } from "node:path";
import { Size, Stack } from "aws-cdk-lib";
import { DockerImageAsset, Platform as ImagePlatform } from "aws-cdk-lib/aws-ecr-assets";
import {
  AwsLogDriverMode,
  ContainerImage,
  FirelensConfigFileType,
  FirelensLogRouterType,
  GenericLogDriver,
  type LogDriver,
  LogDrivers,
  type TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { firelensOutputs, splunkIsUsed } from "./config/logging.ts";
import type { Config } from "./config.ts";
import { NamedSecret } from "./named-secret.ts";
import type { Platform } from "./platform.ts";
import { PROJECT_ROOT } from "./project-root.ts";

const DEFAULT_BUFFER_MIB = 25;
const ROUTER_MEMORY_MIB = 64;

export interface TaskLoggingProps {
  readonly platform: Platform;
  readonly definition: TaskDefinition;
  /** Of the container, and of its streams' prefix. */
  readonly name: string;
}

export interface TaskLogging {
  readonly driver: LogDriver;
  /** Of the awslogs driver. */
  readonly logGroup?: LogGroup;
}

/** Where a container's output goes: never so that the log, when it is slow, holds up the task. */
export function taskLogging(scope: Construct, props: TaskLoggingProps): TaskLogging {
  const { config } = props.platform;
  switch (config.logDriver) {
    case "awslogs":
      return toCloudWatch(scope, props);
    case "splunk":
      return { driver: toSplunk(props) };
    case "firelens":
      return { driver: toLogRouter(scope, props) };
  }
}

function toCloudWatch(scope: Construct, { platform, name }: TaskLoggingProps): TaskLogging {
  const logGroup = new LogGroup(scope, "Logs", platform.logs);
  platform.taskLogGroups.push(logGroup);
  const driver = LogDrivers.awsLogs({
    logGroup,
    streamPrefix: name,
    mode: AwsLogDriverMode.NON_BLOCKING,
    maxBufferSize: Size.mebibytes(platform.config.logBufferMiB ?? DEFAULT_BUFFER_MIB),
  });
  return { driver, logGroup };
}

/** By options of its own, since CDK's driver for Splunk cannot be told not to block. */
function toSplunk({ platform, name }: TaskLoggingProps): LogDriver {
  const { config } = platform;
  return new GenericLogDriver({
    logDriver: "splunk",
    options: {
      "splunk-url": config.splunkUrl ?? "",
      ...(config.splunkIndex === undefined ? {} : { "splunk-index": config.splunkIndex }),
      "splunk-source": name,
      "splunk-format": "raw",
      // A Splunk that is down must not keep tasks from starting.
      "splunk-verify-connection": "false",
      mode: "non-blocking",
      "max-buffer-size": `${config.logBufferMiB ?? DEFAULT_BUFFER_MIB}m`,
      tag: `${name}/{{.ID}}`,
    },
    secretOptions: { "splunk-token": splunkToken(config) },
  });
}

function splunkToken({ splunkTokenSecretArn = "" }: Config): NamedSecret {
  return new NamedSecret(splunkTokenSecretArn);
}

/**
 * A Fluent Bit sidecar, whose image has the outputs. Its own output goes to CloudWatch Logs.
 * Source: Amazon ECS developer guide, "Send Amazon ECS logs to an AWS service or AWS Partner", FireLens.
 */
function toLogRouter(scope: Construct, props: TaskLoggingProps): LogDriver {
  const { platform, definition } = props;
  const { config } = platform;
  const outputs = firelensOutputs(config);
  const routerLogs = new LogGroup(scope, "LogRouterLogs", platform.logs);
  definition.addFirelensLogRouter("log-router", {
    image: ContainerImage.fromDockerImageAsset(
      new DockerImageAsset(scope, "LogRouterImage", {
        directory: join(PROJECT_ROOT, "containers", "log-router"),
        platform: config.architecture === "arm64" ? ImagePlatform.LINUX_ARM64 : ImagePlatform.LINUX_AMD64,
        buildArgs: { OUTPUTS: outputs.map((output) => fileOf(output, config)).join(" ") },
      }),
    ),
    firelensConfig: {
      type: FirelensLogRouterType.FLUENTBIT,
      options: {
        enableECSLogMetadata: true,
        configFileType: FirelensConfigFileType.FILE,
        configFileValue: "/longshore/outputs.conf",
      },
    },
    memoryReservationMiB: ROUTER_MEMORY_MIB,
    // A task whose log is lost cannot be explained: it ends with its router.
    essential: true,
    environment: outputEnvironment(scope, props),
    ...(splunkIsUsed(config) ? { secrets: { SPLUNK_TOKEN: splunkToken(config) } } : {}),
    logging: LogDrivers.awsLogs({
      logGroup: routerLogs,
      streamPrefix: "log-router",
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(1),
    }),
  });
  // No options: what the router does with lines is in its own configuration.
  return new GenericLogDriver({ logDriver: "awsfirelens" });
}

/** The file in `containers/log-router/outputs/`. */
function fileOf(output: string, { splunkIndex }: Config): string {
  return output === "splunk" && splunkIndex !== undefined ? "splunk-index" : output;
}

/** What the configuration in `containers/log-router/outputs/` refers to, and the permissions that it needs. */
function outputEnvironment(
  scope: Construct,
  { platform, definition, name }: TaskLoggingProps,
): Record<string, string> {
  const { config } = platform;
  const environment: Record<string, string> = { CONTAINER: name };
  for (const output of firelensOutputs(config)) {
    switch (output) {
      case "cloudwatch": {
        const logGroup = new LogGroup(scope, "Logs", platform.logs);
        definition.addToTaskRolePolicy(
          new PolicyStatement({
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: [logGroup.logGroupArn],
          }),
        );
        environment.LOG_REGION = Stack.of(scope).region;
        environment.LOG_GROUP = logGroup.logGroupName;
        break;
      }
      case "s3": {
        const bucket = platform.taskLogs;
        if (!bucket) throw new TypeError("the platform has no bucket for the logs of tasks");
        definition.addToTaskRolePolicy(
          new PolicyStatement({ actions: ["s3:PutObject"], resources: [bucket.arnForObjects(`${name}/*`)] }),
        );
        environment.LOG_REGION = Stack.of(scope).region;
        environment.LOG_BUCKET = bucket.bucketName;
        break;
      }
      case "splunk": {
        const { hostname, port } = new URL(config.splunkUrl ?? "");
        environment.SPLUNK_HOST = hostname;
        environment.SPLUNK_PORT = port || "443";
        if (config.splunkIndex !== undefined) environment.SPLUNK_INDEX = config.splunkIndex;
        break;
      }
    }
  }
  return environment;
}
