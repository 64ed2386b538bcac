import { CfnResource, Duration, RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import {
  Cluster,
  ContainerInsights,
  CpuArchitecture,
  type ICluster,
  OperatingSystemFamily,
  type RuntimePlatform,
} from "aws-cdk-lib/aws-ecs";
import type { ILogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  type IBucket,
} from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { CHECKPOINTS_PREFIX } from "../events/checkpoints.ts";
import type { Pipeline } from "../events/pipeline.ts";
import { AccessLogs } from "./access-logs.ts";
import type { Config } from "./config.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Ec2Capacity } from "./ec2-capacity.ts";
import { SharedFileSystem } from "./file-system.ts";
import { IncidentTables } from "./incident-tables.ts";
import { openQueueToRules } from "./rule-targets.ts";

export interface PlatformProps {
  readonly config: Config;
  readonly pipelines: readonly Pipeline[];
}

/** The ground that every architecture stands on: network, cluster, buckets, tables, the alerts topic. */
export class Platform extends Construct {
  readonly vpc: IVpc;
  /** Where tasks run. */
  readonly taskSubnets: SubnetSelection;
  /** Of tasks that serve nobody: all out, nothing in. */
  readonly taskSecurityGroup: ISecurityGroup;
  readonly cluster: ICluster;
  /** EC2 instances of the cluster, where the configuration asks for them. */
  readonly instances?: Ec2Capacity;
  readonly accessLogs: AccessLogs;
  readonly uploads: IBucket;
  readonly results: IBucket;
  /** Jobs by `jobId`; index `byHour` lists them by time, `byStatus` by state and time, sparse index `byDeadline` those of dedicated tasks. */
  readonly jobs: Table;
  /** The newest version seen of each key and pipeline, by `objectId`. */
  readonly objects: Table;
  readonly alerts: Topic;
  readonly deadLetters: DeadLetters;
  readonly incidents: IncidentTables;
  /** Of every task; each adds its own. */
  readonly taskLogGroups: ILogGroup[] = [];
  /** For what tasks leave to the tasks after them; undefined when the configuration has none. */
  readonly fileSystem: SharedFileSystem | undefined;
  /** What EventBridge could not deliver to any target. */
  readonly undelivered: Queue;
  readonly logRetention: RetentionDays;
  readonly runtimePlatform: RuntimePlatform;

  constructor(scope: Construct, id: string, { config, pipelines }: PlatformProps) {
    super(scope, id);
    const removalPolicy = config.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    // The days that the schema takes are values of RetentionDays.
    this.logRetention = config.logRetentionDays as RetentionDays;
    this.runtimePlatform = {
      operatingSystemFamily: OperatingSystemFamily.LINUX,
      cpuArchitecture: config.architecture === "arm64" ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
    };

    const vpc = new Vpc(this, "Vpc", {
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 20 }],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDB: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    this.accessLogs = new AccessLogs(this, "AccessLogs", {
      retentionDays: config.logRetentionDays,
      removalPolicy,
    });
    this.accessLogs.ofNetwork(vpc);
    // CDK's classes and interfaces disagree on optional members under exactOptionalPropertyTypes: hence `as`.
    this.vpc = vpc as IVpc;
    this.taskSubnets = { subnetType: SubnetType.PUBLIC };
    this.taskSecurityGroup = new SecurityGroup(this, "Tasks", {
      vpc: this.vpc,
      description: "Tasks that serve nobody",
    });
    const cluster = new Cluster(this, "Cluster", {
      vpc: this.vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    this.cluster = cluster as ICluster;
    if (config.compute !== "fargate") {
      this.instances = this.createInstances(cluster, config, pipelines);
      this.reachQueuesFromInstances(vpc);
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

    this.uploads = this.bucket("Uploads", removalPolicy, true) as IBucket;
    this.results = this.bucket("Results", removalPolicy, false) as IBucket;
    this.jobs = this.table("Jobs", "jobId", removalPolicy);
    this.jobs.addGlobalSecondaryIndex({
      indexName: "byHour",
      partitionKey: { name: "hour", type: AttributeType.STRING },
      sortKey: { name: "createdAt", type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.jobs.addGlobalSecondaryIndex({
      indexName: "byStatus",
      partitionKey: { name: "status", type: AttributeType.STRING },
      sortKey: { name: "createdAt", type: AttributeType.STRING },
      // What never changes: the index is written when a job's state changes, and not with its progress.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ["pipeline", "key"],
    });
    this.jobs.addGlobalSecondaryIndex({
      indexName: "byDeadline",
      partitionKey: { name: "watch", type: AttributeType.STRING },
      sortKey: { name: "deadline", type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ["taskArn", "attempt"],
    });
    this.objects = this.table("Objects", "objectId", removalPolicy);
    this.alerts = new Topic(this, "Alerts", { displayName: "Longshore alerts", enforceSSL: true });
    this.deadLetters = new DeadLetters(this.alerts);
    this.incidents = new IncidentTables(this, "IncidentTables", { alerts: this.alerts, removalPolicy });
    this.undelivered = this.deadLetterQueue(this, "Undelivered");
    openQueueToRules(this.undelivered);
    if (config.alertEmail) {
      const deadLetterQueue = this.deadLetterQueue(this, "AlertMailDeadLetters");
      this.alerts.addSubscription(new EmailSubscription(config.alertEmail, { deadLetterQueue }));
    }
  }

  /** What a function that starts tasks is told of where they can run. */
  taskPlacesEnvironment(): Record<string, string> {
    return {
      SUBNETS: this.vpc.selectSubnets(this.taskSubnets).subnetIds.join(","),
      SECURITY_GROUPS: this.taskSecurityGroup.securityGroupId,
      ...this.instances?.environment(),
    };
  }

  private createInstances(cluster: Cluster, config: Config, pipelines: readonly Pipeline[]): Ec2Capacity {
    const securityGroup = new SecurityGroup(this, "Instances", {
      vpc: this.vpc,
      description: "Instances that tasks run on; tasks have groups of their own",
    });
    return new Ec2Capacity(this, "Ec2", {
      cluster,
      vpc: this.vpc,
      subnets: this.taskSubnets,
      securityGroup,
      publicAddresses: true,
      config,
      pipelines,
      logRetention: this.logRetention,
    });
  }

  /**
   * Tasks on instances have no public address, whatever their subnet. S3 and DynamoDB they reach over the gateway
   * endpoints; what else the platform's own containers call is SQS. Images and logs are the host's affair.
   */
  private reachQueuesFromInstances(vpc: Vpc): void {
    const securityGroup = new SecurityGroup(this, "QueuesEndpoint", {
      vpc: this.vpc,
      description: "Endpoint of SQS, for tasks on instances",
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(this.taskSecurityGroup, Port.tcp(443), "From tasks");
    vpc.addInterfaceEndpoint("Sqs", {
      service: InterfaceVpcEndpointAwsService.SQS,
      subnets: this.taskSubnets,
      securityGroups: [securityGroup],
      open: false,
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
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });
  }

  private bucket(id: string, removalPolicy: RemovalPolicy, takesUploads: boolean): Bucket {
    const bucket = new Bucket(this, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: takesUploads,
      serverAccessLogsBucket: this.accessLogs.bucket as IBucket,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      removalPolicy,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        takesUploads
          ? { noncurrentVersionExpiration: Duration.days(30) }
          : // Of jobs that ended without a task of theirs to remove it.
            { prefix: CHECKPOINTS_PREFIX, expiration: Duration.days(7) },
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
