import { Duration } from "aws-cdk-lib";
import { Peer, Port, SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import { FargateService } from "aws-cdk-lib/aws-ecs";
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type ApplicationTargetGroup,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Pipeline } from "../events/pipeline.ts";
import type { Config } from "./config.ts";
import { containerImage } from "./container-image.ts";
import { grantOnTable, grantQuery } from "./grants.ts";
import type { Platform } from "./platform.ts";
import { Task } from "./task-definition.ts";

export interface ConsoleProps {
  readonly platform: Platform;
  readonly config: Config;
  readonly pipelines: readonly Pipeline[];
}

const CONTAINER_PORT = 8080;

/** The HTTP face: a service behind an Application Load Balancer that only the VPC reaches. */
export class Console extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, { platform, config, pipelines }: ConsoleProps) {
    super(scope, id);
    const task = new Task(this, "Task", {
      platform,
      name: "console",
      image: containerImage(this, "Image", "console", config.architecture),
      size: { cpu: 256, memoryMiB: 512 },
      portMappings: [{ containerPort: CONTAINER_PORT }],
      environment: {
        PORT: String(CONTAINER_PORT),
        JOBS_TABLE: platform.jobs.tableName,
        UPLOADS_BUCKET: platform.uploads.bucketName,
        RESULTS_BUCKET: platform.results.bucketName,
        PIPELINES: JSON.stringify(pipelines),
      },
    });
    const { taskRole } = task.definition;
    grantOnTable(platform.jobs, taskRole, "dynamodb:GetItem", "dynamodb:DescribeTable");
    grantQuery(platform.jobs, "byHour", taskRole);
    // What a presigned form may do is what its signer may do.
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["s3:PutObject"], resources: [platform.uploads.arnForObjects("*")] }),
    );
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["s3:GetObject"], resources: [platform.results.arnForObjects("*")] }),
    );
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["s3:ListBucket"],
        resources: [platform.uploads.bucketArn, platform.results.bucketArn],
      }),
    );

    const balancerGroup = new SecurityGroup(this, "LoadBalancerGroup", {
      vpc: platform.vpc,
      description: "Load balancer of the console",
      allowAllOutbound: false,
    });
    balancerGroup.addIngressRule(Peer.ipv4(platform.vpc.vpcCidrBlock), Port.tcp(80), "From inside the VPC");
    this.loadBalancer = new ApplicationLoadBalancer(this, "LoadBalancer", {
      vpc: platform.vpc,
      internetFacing: false,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroup: balancerGroup,
      dropInvalidHeaderFields: true,
    });
    platform.accessLogs.ofLoadBalancer(this.loadBalancer);
    this.service = new FargateService(this, "Service", {
      cluster: platform.cluster,
      taskDefinition: task.definition,
      desiredCount: 1,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      assignPublicIp: true,
      vpcSubnets: platform.taskSubnets,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      enableECSManagedTags: true,
    });
    this.targetGroup = this.loadBalancer
      .addListener("Http", { port: 80, protocol: ApplicationProtocol.HTTP, open: false })
      .addTargets("Console", {
        port: CONTAINER_PORT,
        protocol: ApplicationProtocol.HTTP,
        targets: [this.service],
        healthCheck: { path: "/health", interval: Duration.seconds(10), healthyThresholdCount: 2 },
        deregistrationDelay: Duration.seconds(30),
      });
  }
}
