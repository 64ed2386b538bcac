import { Duration, Stack } from "aws-cdk-lib";
import { FargateService } from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";
import { type ConsoleFront, consoleFront } from "./console-load-balancer.ts";
import { ConsoleScaling } from "./console-scaling.ts";
import { CONSOLE_PORT, type ConsoleTaskProps, consoleTask } from "./console-task.ts";
import { ConsoleTokens } from "./console-tokens.ts";
import { operatorOutput } from "./operator-output.ts";

/** The HTTP face: a service behind the configured load balancer, which by default only the VPC reaches. */
export class Console extends Construct {
  readonly front: ConsoleFront;
  readonly tokens: ConsoleTokens;
  readonly service: FargateService;
  readonly scaling: ConsoleScaling;

  constructor(scope: Construct, id: string, props: ConsoleTaskProps) {
    super(scope, id);
    const { platform } = props;
    const { config } = platform;
    this.tokens = new ConsoleTokens(this, "Tokens");
    const task = consoleTask(this, this.tokens, props);

    this.service = new FargateService(this, "Service", {
      cluster: platform.cluster,
      taskDefinition: task.definition,
      desiredCount: config.minConsoleTasks,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      ...(config.loadBalancer === "none" ? {} : { healthCheckGracePeriod: Duration.seconds(60) }),
      assignPublicIp: platform.network.assignPublicIp,
      vpcSubnets: platform.taskSubnets,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      enableECSManagedTags: true,
    });
    if (platform.fileSystem) {
      platform.fileSystem.allowFrom(this.service, "The console keeps uploads in parts");
      this.service.node.addDependency(platform.fileSystem.available);
    }
    platform.network.allowEndpoints(this.service.connections);
    this.front = consoleFront(this, { platform, service: this.service, containerPort: CONSOLE_PORT });
    const { oidc } = this.front;
    if (oidc) task.container.addEnvironment("OIDC", Stack.of(this).toJsonString(oidc));
    this.scaling = new ConsoleScaling(this, "Scaling", {
      cluster: platform.cluster,
      service: this.service,
      targetGroup: this.front.targetGroup,
      config,
    });
    if (this.front.url !== undefined) operatorOutput(this, "ConsoleUrl", this.front.url, "The console");
    for (const [role, secret] of [
      ["Administrator", this.tokens.administrator],
      ["Uploader", this.tokens.uploader],
    ] as const) {
      operatorOutput(
        this,
        `Console${role}TokenArn`,
        secret.secretArn,
        `The console's ${role.toLowerCase()}s sign in with it`,
      );
    }
  }
}
