import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage, type Duration } from "aws-cdk-lib";
import { type IRole, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { METRICS_NAMESPACE } from "../events/metrics-namespace.ts";
import { DEPLOYMENT_FILE, type Deployment } from "../functions/kit/deployment.ts";
import { bundleFunction } from "./bundling/bundle-function.ts";
import type { Platform } from "./platform.ts";
import { PROJECT_ROOT } from "./project-root.ts";

export interface NodeFunctionProps {
  readonly platform: Platform;
  /** Folder under `functions/` whose `handler.ts` exports `handler`. */
  readonly folder: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the function reads from a file beside its code. */
  readonly deployment?: Deployment;
  readonly timeout: Duration;
  /** Where an asynchronous event goes after its last try. */
  readonly deadLetterQueue: IQueue;
  /** @default 256 */
  readonly memoryMiB?: number;
}

/**
 * A Lambda function from `functions/<folder>/handler.ts`: bundled by esbuild into minified ES modules, on
 * Node.js 24 and ARM, with a log group and a role of its own that may write to that group and no more.
 */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const traced = props.platform.config.tracing === "xray";
    this.logGroup = new LogGroup(this, "Logs", props.platform.logs);
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Of the function ${props.folder}`,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    this.role = role;
    this.function = new LambdaFunction(this, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: bundle(props.folder, props.deployment),
      description: props.description,
      role,
      timeout: props.timeout,
      memorySize: props.memoryMiB ?? 256,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.TEXT,
      // CDK lets the role send segments, which X-Ray knows no resources for.
      ...(traced ? { tracing: Tracing.ACTIVE } : {}),
      deadLetterQueue: props.deadLetterQueue,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.folder,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        // As functions/kit/traced.ts reads it.
        ...(traced ? { POWERTOOLS_TRACE_ENABLED: "true" } : {}),
        ...props.environment,
      },
    });
  }
}

/** Bundled in this process: the output is the same bytes for the same sources, and its hash is the asset's. */
function bundle(folder: string, deployment: Deployment | undefined): Code {
  return Code.fromAsset(join(PROJECT_ROOT, "functions", folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("unused: bundling is local"),
      local: {
        tryBundle(outputDirectory) {
          bundleFunction(folder, outputDirectory);
          if (deployment) writeFileSync(join(outputDirectory, DEPLOYMENT_FILE), JSON.stringify(deployment));
          return true;
        },
      },
    },
  });
}
