import { Duration } from "aws-cdk-lib";
import { Peer, Port, SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import { FargateService } from "aws-cdk-lib/aws-ecs";
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type ApplicationTargetGroup,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Construct } from "constructs";
import { ConsoleScaling } from "./console-scaling.ts";
import { CONSOLE_PORT, type ConsoleTaskProps, consoleTask } from "./console-task.ts";
import { ConsoleTokens } from "./console-tokens.ts";

/** The HTTP face: a service behind an Application Load Balancer that only the VPC reaches. */
export class Console extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  readonly tokens: ConsoleTokens;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: ConsoleTaskProps) {
    super(scope, id);
    const { platform, config } = props;
    this.tokens = new ConsoleTokens(this, "Tokens");
    const task = consoleTask(this, this.tokens, props);

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
      desiredCount: config.minConsoleTasks,
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
        port: CONSOLE_PORT,
        protocol: ApplicationProtocol.HTTP,
        targets: [this.service],
        healthCheck: { path: "/health", interval: Duration.seconds(10), healthyThresholdCount: 2 },
        deregistrationDelay: Duration.seconds(30),
      });
    new ConsoleScaling(this, "Scaling", {
      cluster: platform.cluster,
      service: this.service,
      targetGroup: this.targetGroup,
      config,
    });
  }
}
