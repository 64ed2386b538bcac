import { Duration, SecretValue, Stack, Token } from "aws-cdk-lib";
import { Peer, Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import type { FargateService } from "aws-cdk-lib/aws-ecs";
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCertificate,
  NetworkLoadBalancer,
  Protocol,
  SslPolicy,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Construct } from "constructs";
import { albKeysUrl } from "../containers/console/sign-in/alb-keys.ts";
import type { OidcSettingsInput } from "../containers/console/sign-in/oidc.ts";
import { type Config, ConfigError } from "./config.ts";
import type { Platform } from "./platform.ts";

/** Forward secrecy, TLS 1.2 with AEAD ciphers or 1.3, and key exchange that is safe from quantum computers. */
const SSL_POLICY = SslPolicy.TLS13_12_RES_PQ;
const HEALTH_CHECK = { path: "/health", interval: Duration.seconds(10), healthyThresholdCount: 2 };
const DEREGISTRATION_DELAY = Duration.seconds(30);

export interface ConsoleLoadBalancerProps {
  readonly platform: Platform;
  readonly service: FargateService;
  readonly containerPort: number;
}

/** What is in front of the console, and where people reach it. */
export interface ConsoleFront {
  /** Absent without a load balancer: a task's address is known only when it runs. */
  readonly url?: string;
  /** Of an Application Load Balancer, for scaling on its requests. */
  readonly targetGroup?: ApplicationTargetGroup;
  /** Where it signs people in: how the console knows that it did, as containers/console/sign-in/oidc.ts reads it. */
  readonly oidc?: OidcSettingsInput;
}

/** Puts the configured load balancer, or none, in front of the console. */
export function consoleFront(scope: Construct, props: ConsoleLoadBalancerProps): ConsoleFront {
  const { loadBalancer } = props.platform.config;
  switch (loadBalancer) {
    case "alb":
      return applicationLoadBalancer(scope, props);
    case "nlb":
      return networkLoadBalancer(scope, props);
    case "none":
      return withoutLoadBalancer(props);
  }
}

function applicationLoadBalancer(scope: Construct, props: ConsoleLoadBalancerProps): ConsoleFront {
  const { platform, service, containerPort } = props;
  const { config, network } = platform;
  const loadBalancer = new ApplicationLoadBalancer(scope, "LoadBalancer", {
    vpc: network.vpc,
    internetFacing: config.loadBalancerScheme === "internet-facing",
    vpcSubnets: network.loadBalancerSubnets,
    securityGroup: securityGroup(scope, props),
    dropInvalidHeaderFields: true,
  });
  platform.accessLogs.ofApplicationLoadBalancer(loadBalancer);
  const certificate = certificateOf(config);
  const listener = certificate
    ? loadBalancer.addListener("Https", {
        port: 443,
        protocol: ApplicationProtocol.HTTPS,
        certificates: [certificate],
        sslPolicy: SSL_POLICY,
        open: false,
      })
    : loadBalancer.addListener("Http", { port: 80, protocol: ApplicationProtocol.HTTP, open: false });
  if (certificate) {
    loadBalancer.addListener("Http", {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      open: false,
      defaultAction: ListenerAction.redirect({ protocol: "HTTPS", port: "443", permanent: true }),
    });
  }
  const targetGroup = new ApplicationTargetGroup(listener, "ConsoleGroup", {
    vpc: network.vpc,
    port: containerPort,
    protocol: ApplicationProtocol.HTTP,
    targets: [service],
    healthCheck: HEALTH_CHECK,
    deregistrationDelay: DEREGISTRATION_DELAY,
  });
  const forward = ListenerAction.forward([targetGroup]);
  listener.addAction("Console", { action: signInAction(config, forward) ?? forward });
  const oidc = oidcSettings(config, loadBalancer);
  return { url: urlOf(config, loadBalancer.loadBalancerDnsName), targetGroup, ...(oidc && { oidc }) };
}

function oidcSettings(
  { oidcRoleClaim, oidcAdministrators, oidcUploaders, oidcKeysUrl }: Config,
  loadBalancer: ApplicationLoadBalancer,
): OidcSettingsInput | undefined {
  if (oidcRoleClaim === undefined || oidcAdministrators === undefined) return undefined;
  // A stack for any region learns it when it is deployed: then the console asks the same, and does not start without.
  const { region } = Stack.of(loadBalancer);
  if (oidcKeysUrl === undefined && !Token.isUnresolved(region) && albKeysUrl(region) === undefined) {
    throw new ConfigError([
      `oidcKeysUrl: is needed in ${region}, where AWS documents no address of a load balancer's keys`,
    ]);
  }
  return {
    signer: loadBalancer.loadBalancerArn,
    ...(oidcKeysUrl !== undefined && { keysUrl: oidcKeysUrl }),
    roleClaim: oidcRoleClaim,
    administrators: oidcAdministrators,
    ...(oidcUploaders && { uploaders: oidcUploaders }),
  };
}

/** Whoever the issuer does not know never reaches the console. */
function signInAction(config: Config, next: ListenerAction): ListenerAction | undefined {
  const { oidcIssuer, oidcAuthorizationEndpoint, oidcTokenEndpoint, oidcUserInfoEndpoint } = config;
  const { oidcClientId, oidcClientSecret } = config;
  if (!oidcIssuer || !oidcAuthorizationEndpoint || !oidcTokenEndpoint || !oidcUserInfoEndpoint)
    return undefined;
  if (!oidcClientId || !oidcClientSecret) return undefined;
  return ListenerAction.authenticateOidc({
    issuer: oidcIssuer,
    authorizationEndpoint: oidcAuthorizationEndpoint,
    tokenEndpoint: oidcTokenEndpoint,
    userInfoEndpoint: oidcUserInfoEndpoint,
    clientId: oidcClientId,
    // A reference, which CloudFormation resolves: the template never has the secret.
    clientSecret: SecretValue.secretsManager(oidcClientSecret),
    sessionTimeout: Duration.hours(12),
    next,
  });
}

/** Passes connections on, and can be shared over PrivateLink or have addresses that stay. */
function networkLoadBalancer(scope: Construct, props: ConsoleLoadBalancerProps): ConsoleFront {
  const { platform, service, containerPort } = props;
  const { config, network } = platform;
  const loadBalancer = new NetworkLoadBalancer(scope, "NetworkLoadBalancer", {
    vpc: network.vpc,
    internetFacing: config.loadBalancerScheme === "internet-facing",
    vpcSubnets: network.loadBalancerSubnets,
    securityGroups: [securityGroup(scope, props)],
    crossZoneEnabled: true,
  });
  platform.accessLogs.ofNetworkLoadBalancer(loadBalancer);
  const certificate = certificateOf(config);
  loadBalancer
    .addListener(certificate ? "Tls" : "Tcp", {
      port: certificate ? 443 : 80,
      protocol: certificate ? Protocol.TLS : Protocol.TCP,
      ...(certificate ? { certificates: [certificate], sslPolicy: SSL_POLICY } : {}),
    })
    .addTargets("Console", {
      port: containerPort,
      protocol: Protocol.TCP,
      targets: [service],
      healthCheck: { ...HEALTH_CHECK, protocol: Protocol.HTTP },
      // Limits count for each client, which for addresses as targets is otherwise the load balancer itself.
      preserveClientIp: true,
      deregistrationDelay: DEREGISTRATION_DELAY,
    });
  return { url: urlOf(config, loadBalancer.loadBalancerDnsName) };
}

/** Whoever may come in reaches the task itself. */
function withoutLoadBalancer({ platform, service, containerPort }: ConsoleLoadBalancerProps): ConsoleFront {
  for (const cidr of allowedCidrs(platform)) {
    service.connections.allowFrom(Peer.ipv4(cidr), Port.tcp(containerPort), "Who may reach the console");
  }
  return {};
}

/** Lets in who may come, and out to the console alone. */
function securityGroup(
  scope: Construct,
  { platform, service, containerPort }: ConsoleLoadBalancerProps,
): SecurityGroup {
  const { config, network } = platform;
  const group = new SecurityGroup(scope, "LoadBalancerGroup", {
    vpc: network.vpc,
    description: "Load balancer of the console",
    allowAllOutbound: false,
  });
  const redirects = config.certificateArn !== undefined && config.loadBalancer === "alb";
  const ports = config.certificateArn === undefined ? [80] : redirects ? [80, 443] : [443];
  for (const cidr of allowedCidrs(platform)) {
    for (const port of ports) {
      group.addIngressRule(
        Peer.ipv4(cidr),
        Port.tcp(port),
        config.allowedCidrs ? "From allowedCidrs" : "From inside the VPC",
      );
    }
  }
  service.connections.allowFrom(group, Port.tcp(containerPort), "Load balancer to target");
  return group;
}

function allowedCidrs({ config, network }: Platform): readonly string[] {
  return config.allowedCidrs ?? [network.cidr];
}

function certificateOf({ certificateArn }: Config): ListenerCertificate | undefined {
  return certificateArn === undefined ? undefined : ListenerCertificate.fromArn(certificateArn);
}

function urlOf({ certificateArn, consoleDomain }: Config, dnsName: string): string {
  return `${certificateArn === undefined ? "http" : "https"}://${consoleDomain ?? dnsName}`;
}
