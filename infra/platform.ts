import { CfnResource, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { MathExpression, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import { type ISecurityGroup, type IVpc, SecurityGroup, type SubnetSelection } from "aws-cdk-lib/aws-ec2";
import {
  Cluster,
  ContainerInsights,
  CpuArchitecture,
  type ICluster,
  OperatingSystemFamily,
  type RuntimePlatform,
} from "aws-cdk-lib/aws-ecs";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { ILogGroup, LogGroupProps, RetentionDays } from "aws-cdk-lib/aws-logs";
import { BlockPublicAccess, Bucket, type CfnBucket, HttpMethods, type IBucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { CHECKPOINTS_PREFIX } from "../events/checkpoints.ts";
import { INDEXED_ATTRIBUTES, JOB_INDEXES } from "../events/jobs/job-indexes.ts";
import type { Pipeline } from "../events/pipeline.ts";
import { AccessLogs } from "./access-logs.ts";
import { subscribeToAlerts } from "./alert-subscriptions.ts";
import { checkPipelines } from "./check-pipelines.ts";
import { firelensOutputs } from "./config/logging.ts";
import { type Config, parseConfig } from "./config.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Ec2Capacity } from "./ec2-capacity.ts";
import { Encryption } from "./encryption.ts";
import { SharedFileSystem } from "./file-system.ts";
import { IncidentTables } from "./incident-tables.ts";
import { queueLength, sumOf } from "./metrics.ts";
import { createNetwork, type Network } from "./network.ts";
import { operatorOutput } from "./operator-output.ts";
import { pipelines as ownPipelines } from "./pipelines.ts";
import { placePipelines } from "./place-pipelines.ts";
import { openQueueToRules } from "./rule-targets.ts";
import { startServicesAfterProviders } from "./services-after-providers.ts";

export interface PlatformProps {
  /**
   * What `parseConfig` or `readConfig` returned.
   * @default every setting's own default: docs/configuration.md
   */
  readonly config?: Config;
  /**
   * What happens to which object.
   * @default those of infra/pipelines.ts
   */
  readonly pipelines?: readonly Pipeline[];
}

/**
 * The ground that every architecture stands on: network, cluster, buckets, tables, the alerts topic. A stack has one.
 * @throws PipelinesError for pipelines that cannot work
 */
export class Platform extends Construct {
  readonly config: Config;
  /** As they run on what the configuration offers. */
  readonly pipelines: readonly Pipeline[];
  readonly network: Network;
  readonly encryption: Encryption;
  /** Of tasks that serve nobody: all out, nothing in. */
  readonly taskSecurityGroup: ISecurityGroup;
  readonly cluster: ICluster;
  /** EC2 instances of the cluster, where the configuration asks for them. */
  readonly instances?: Ec2Capacity;
  readonly accessLogs: AccessLogs;
  readonly uploads: IBucket;
  readonly results: IBucket;
  /** Jobs by `jobId`; index `byTime` lists them by time, sparse index `byStanding` those that have not succeeded, `byDeadline` those of dedicated tasks. */
  readonly jobs: Table;
  /** The newest version seen of each key and pipeline, by `objectId`. */
  readonly objects: Table;
  readonly alerts: Topic;
  readonly deadLetters: DeadLetters;
  readonly incidents: IncidentTables;
  /** Of every task whose output goes to CloudWatch Logs by the awslogs driver; each adds its own. */
  readonly taskLogGroups: ILogGroup[] = [];
  /** For what tasks leave to the tasks after them; undefined when the configuration has none. */
  readonly fileSystem: SharedFileSystem | undefined;
  /** Where log routers write to, when S3 is one of their outputs. */
  readonly taskLogs?: IBucket;
  /** What EventBridge could not deliver to any target. */
  readonly undelivered: Queue;
  /** Of every log group. */
  readonly logs: LogGroupProps;
  readonly runtimePlatform: RuntimePlatform;

  constructor(
    scope: Construct,
    id: string,
    { config = parseConfig({}), pipelines = ownPipelines }: PlatformProps = {},
  ) {
    super(scope, id);
    this.config = config;
    this.pipelines = placePipelines(checkPipelines(pipelines), config);
    const removalPolicy = removal(config.removalPolicy);
    this.encryption = new Encryption(this, "Encryption", config, removalPolicy);
    this.logs = {
      // The days that the schema takes are values of RetentionDays.
      retention: config.logRetentionDays as RetentionDays,
      removalPolicy: removal(config.logRemovalPolicy),
      ...this.encryption.logs(),
    };
    this.runtimePlatform = {
      operatingSystemFamily: OperatingSystemFamily.LINUX,
      cpuArchitecture: config.architecture === "arm64" ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
    };

    this.accessLogs = new AccessLogs(this, "AccessLogs", {
      retentionDays: config.logRetentionDays,
      removalPolicy,
    });
    this.network = createNetwork(this, config, this.accessLogs);
    this.taskSecurityGroup = new SecurityGroup(this, "Tasks", {
      vpc: this.vpc,
      description: "Tasks that serve nobody",
    });
    this.network.allowEndpoints(this.taskSecurityGroup.connections);
    // CDK's classes and interfaces disagree on optional members under exactOptionalPropertyTypes: hence `as`.
    const cluster = new Cluster(this, "Cluster", {
      vpc: this.vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    this.cluster = cluster as ICluster;
    if (config.compute !== "fargate") {
      this.instances = this.createInstances(cluster);
    }

    this.fileSystem =
      config.efs === "off"
        ? undefined
        : new SharedFileSystem(this, "Files", {
            vpc: this.vpc,
            subnets: this.taskSubnets,
            clients: this.taskSecurityGroup,
            config,
          });

    this.uploads = this.bucket("Uploads", config.uploadRetentionDays, true) as IBucket;
    this.results = this.bucket("Results", config.resultRetentionDays) as IBucket;
    if (firelensOutputs(config).includes("s3")) {
      this.taskLogs = this.bucket("TaskLogs", config.logRetentionDays) as IBucket;
    }
    this.jobs = this.table("Jobs", "jobId", removalPolicy);
    for (const { name, partition } of Object.values(JOB_INDEXES)) {
      this.jobs.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: "createdAt", type: AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...INDEXED_ATTRIBUTES],
      });
    }
    this.jobs.addGlobalSecondaryIndex({
      indexName: "byDeadline",
      partitionKey: { name: "watch", type: AttributeType.STRING },
      sortKey: { name: "deadline", type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ["taskArn", "attempt"],
    });
    this.objects = this.table("Objects", "objectId", removalPolicy);
    this.alerts = this.encryption.useForTopic(
      new Topic(this, "Alerts", { displayName: "Longshore alerts", enforceSSL: true }),
    );
    this.deadLetters = new DeadLetters(this.alerts, this.encryption);
    this.incidents = new IncidentTables(this, "IncidentTables", {
      alerts: this.alerts,
      encryption: this.encryption,
      keepDays: config.incidentRetentionDays,
      removalPolicy,
    });
    this.undelivered = this.deadLetterQueue(this, "Undelivered");
    openQueueToRules(this.undelivered);
    // Its name is from when there were mails alone; another one would be another queue.
    subscribeToAlerts(this, this.alerts, config, () => this.deadLetterQueue(this, "AlertMailDeadLetters"));
    startServicesAfterProviders(Stack.of(this));
    for (const [name, value, description] of [
      ["UploadsBucket", this.uploads.bucketName, "Where files are dropped"],
      ["ResultsBucket", this.results.bucketName, "Where result documents are"],
      ["JobsTableName", this.jobs.tableName, "One item per object version and pipeline"],
      ["ClusterName", this.cluster.clusterName, "Where tasks run"],
      ["AlertsTopicArn", this.alerts.topicArn, "What administrators subscribe to"],
      ["IncidentsTableName", this.incidents.incidents.tableName, "One item per task that stopped wrongly"],
    ] as const) {
      operatorOutput(this, name, value, description);
    }
  }

  /**
   * Uploads, whole or in parts: `s3:PutObject`, `s3:AbortMultipartUpload`, `s3:ListMultipartUploadParts`.
   * @param keys pattern of the keys, such as `inbox/*`; all of them by default
   */
  grantUpload(grantee: IGrantable, keys = "*"): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
      resourceArns: [this.uploads.arnForObjects(keys)],
    });
  }

  /** Reads result documents of a pipeline, of all of them by default: `s3:GetObject`. */
  grantReadResults(grantee: IGrantable, pipeline = "*"): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ["s3:GetObject"],
      resourceArns: [this.results.arnForObjects(pipeline === "*" ? "*" : `${pipeline}/*`)],
    });
  }

  /** Reads jobs, by id, time or state: `dynamodb:GetItem`, `dynamodb:BatchGetItem` and `dynamodb:Query` of two indexes. */
  grantReadJobs(grantee: IGrantable): Grant {
    const { tableArn } = this.jobs;
    return Grant.addToPrincipal({
      grantee,
      actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem"],
      resourceArns: [tableArn],
    }).combine(
      Grant.addToPrincipal({
        grantee,
        actions: ["dynamodb:Query"],
        resourceArns: Object.values(JOB_INDEXES).map(({ name }) => `${tableArn}/index/${name}`),
      }),
    );
  }

  /**
   * Messages in all dead-letter queues of the constructs that have been made so far: ask for it last. Each queue has an
   * alarm already.
   */
  metricDeadLetters(props?: MetricOptions): MathExpression {
    return sumOf(
      "Dead letters",
      this.deadLetters.queues.map(({ queue }) => queueLength(queue, "visible", props)),
      props?.period,
    );
  }

  get vpc(): IVpc {
    return this.network.vpc;
  }

  /** Where tasks run. */
  get taskSubnets(): SubnetSelection {
    return this.network.taskSubnets;
  }

  /** What a function that starts tasks is told of where they can run. */
  taskPlacesEnvironment(): Record<string, string> {
    return {
      SUBNETS: this.vpc.selectSubnets(this.taskSubnets).subnetIds.join(","),
      SECURITY_GROUPS: this.taskSecurityGroup.securityGroupId,
      ASSIGN_PUBLIC_IP: this.network.assignPublicIp ? "ENABLED" : "DISABLED",
      ...this.instances?.environment(),
    };
  }

  private createInstances(cluster: Cluster): Ec2Capacity {
    const { config, pipelines } = this;
    const securityGroup = new SecurityGroup(this, "Instances", {
      vpc: this.vpc,
      description: "Instances that tasks run on; tasks have groups of their own",
    });
    this.network.allowEndpoints(securityGroup.connections);
    return new Ec2Capacity(this, "Ec2", {
      cluster,
      vpc: this.vpc,
      subnets: this.taskSubnets,
      securityGroup,
      publicAddresses: this.network.assignPublicIp,
      config,
      pipelines,
      logs: this.logs,
    });
  }

  /** A queue for what failed, with its alarm. */
  deadLetterQueue(scope: Construct, id: string): Queue {
    return this.deadLetters.queue(scope, id);
  }

  private table(id: string, partitionKey: string, removalPolicy: RemovalPolicy): Table {
    return new Table(this, id, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...this.encryption.table(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });
  }

  /** @param keepDays for ever when undefined */
  private bucket(id: string, keepDays: number | undefined, takesUploads = false): Bucket {
    const { config } = this;
    const bucket = new Bucket(this, id, {
      ...this.encryption.bucket(),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: takesUploads,
      serverAccessLogsBucket: this.accessLogs.bucket as IBucket,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      removalPolicy: removal(config.removalPolicy),
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        ...(takesUploads
          ? [{ noncurrentVersionExpiration: Duration.days(config.oldVersionRetentionDays) }]
          : []),
        // Of jobs that ended without a task of theirs to remove it.
        ...(id === "Results" ? [{ prefix: CHECKPOINTS_PREFIX, expiration: Duration.days(7) }] : []),
        ...(keepDays === undefined ? [] : [{ expiration: Duration.days(keepDays) }]),
      ],
      ...(takesUploads
        ? {
            cors: [
              {
                allowedMethods: [HttpMethods.POST, HttpMethods.PUT],
                allowedOrigins: ["*"],
                allowedHeaders: ["*"],
                exposedHeaders: ["ETag"],
                maxAge: 3600,
              },
            ],
          }
        : {}),
    });
    if (takesUploads) {
      // `eventBridgeEnabled` would add a custom resource with a function and a broad role of its own.
      const resource = bucket.node.defaultChild;
      if (!CfnResource.isCfnResource(resource)) throw new TypeError(`${bucket.node.path} has no CfnBucket`);
      (resource as CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    }
    return bucket;
  }
}

function removal(policy: "retain" | "destroy"): RemovalPolicy {
  return policy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
