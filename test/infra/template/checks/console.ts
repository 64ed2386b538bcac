import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import { z } from "zod";
import { oidcSettings } from "../../../../containers/console/sign-in/oidc.ts";
import type { Config } from "../../../../infra/config.ts";
import { readable, referencesIn, resourcesOf } from "../resources.ts";

/** Who the configuration lets in reaches the console, and the console alone. */
export function checkConsole(template: Template, config: Config): void {
  checkWhatItIsTold(template, config);
  const of = (type: string) => resourcesOf(template, `AWS::ElasticLoadBalancingV2::${type}`);
  const { loadBalancer, certificateArn } = config;
  const balancers = of("LoadBalancer").map(([, { Properties }]) => Properties);
  const listeners = of("Listener").map(([, { Properties }]) => Properties);
  const url = JSON.stringify(template.findOutputs("ConsoleUrl"));
  if (loadBalancer === "none") {
    expect([balancers, listeners, url]).toEqual([[], [], "{}"]);
    expect(openTo(template, "ConsoleServiceSecurityGroup")).toEqual(allowed(config, [8080]));
    return;
  }
  expect(balancers).toHaveLength(1);
  expect(balancers[0]).toMatchObject({
    Type: loadBalancer === "alb" ? "application" : "network",
    Scheme: config.loadBalancerScheme,
  });
  expect(balancers[0]?.LoadBalancerAttributes).toContainEqual({
    Key: "access_logs.s3.enabled",
    Value: "true",
  });
  expect(url).toContain(certificateArn === undefined ? "http://" : "https://");
  if (config.consoleDomain) expect(url).toContain(`https://${config.consoleDomain}`);

  const protocols = listeners.map(({ Port, Protocol }) => `${Port} ${Protocol}`).sort();
  if (loadBalancer === "nlb") {
    expect(protocols).toEqual([certificateArn === undefined ? "80 TCP" : "443 TLS"]);
  } else {
    expect(protocols).toEqual(certificateArn === undefined ? ["80 HTTP"] : ["443 HTTPS", "80 HTTP"]);
  }
  for (const { Port, SslPolicy, Certificates, DefaultActions } of listeners) {
    const types = z
      .array(z.looseObject({ Type: z.string() }))
      .parse(DefaultActions)
      .map(({ Type }) => Type);
    if (Port === 443) {
      expect(SslPolicy).toMatch(/^ELBSecurityPolicy-TLS13-1-2-Res-PQ-/);
      expect(Certificates).toEqual([{ CertificateArn: certificateArn }]);
      expect(types).toEqual(config.oidcIssuer ? ["authenticate-oidc", "forward"] : ["forward"]);
    } else if (certificateArn !== undefined) {
      expect(DefaultActions).toMatchObject([
        { RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } },
      ]);
    } else expect(types).toEqual(["forward"]);
  }
  if (config.oidcIssuer) {
    const secret = JSON.stringify(listeners).match(/"ClientSecret":"([^"]*)"/)?.[1];
    expect(secret, "a reference, not a secret").toMatch(/^\{\{resolve:secretsmanager:longshore\/oidc:/);
  }
  const ports = certificateArn === undefined ? [80] : loadBalancer === "alb" ? [80, 443] : [443];
  expect(openTo(template, "ConsoleLoadBalancerGroup")).toEqual(allowed(config, ports));
  // The console itself is reached from the load balancer alone.
  const into = resourcesOf(template, "AWS::EC2::SecurityGroupIngress").filter(([, { Properties }]) =>
    referencesIn(Properties.GroupId).map(readable).includes("ConsoleServiceSecurityGroup"),
  );
  expect(
    into.map(([, { Properties }]) => [
      referencesIn(Properties.SourceSecurityGroupId).map(readable),
      Properties.FromPort,
      Properties.ToPort,
    ]),
  ).toEqual([[["ConsoleLoadBalancerGroup"], 8080, 8080]]);
  expect(openTo(template, "ConsoleServiceSecurityGroup")).toEqual([]);
}

/** `range port` of a group's own ingress rules. */
function openTo(template: Template, group: string): string[] {
  return resourcesOf(template, "AWS::EC2::SecurityGroup")
    .filter(([id]) => readable(id) === group)
    .flatMap(([, { Properties }]) => ingress.parse(Properties.SecurityGroupIngress))
    .map(({ CidrIp, FromPort, ToPort }) => {
      expect(FromPort).toBe(ToPort);
      return `${typeof CidrIp === "string" ? CidrIp : referencesIn(CidrIp).map(readable).join()} ${FromPort}`;
    })
    .sort();
}

const ingress = z
  .array(z.looseObject({ CidrIp: z.unknown(), FromPort: z.number(), ToPort: z.number() }))
  .default([]);

function allowed({ allowedCidrs, vpcCidr }: Config, ports: readonly number[]): string[] {
  const cidrs = allowedCidrs ?? [vpcCidr ?? "PlatformVpc"];
  return cidrs.flatMap((cidr) => ports.map((port) => `${cidr} ${port}`)).sort();
}

const withEnvironment = z.looseObject({
  ContainerDefinitions: z.array(
    z.looseObject({ Environment: z.array(z.object({ Name: z.string(), Value: z.unknown() })).optional() }),
  ),
});

const BALANCER = "arn:aws-us-gov:elasticloadbalancing:us-gov-east-1:000000000000:loadbalancer/app/console/1";

/** What the console takes on trust is what its load balancer does. */
function checkWhatItIsTold(template: Template, config: Config): void {
  const [task] = resourcesOf(template, "AWS::ECS::TaskDefinition").filter(([id]) => id.startsWith("Console"));
  const containers = withEnvironment.parse(task?.[1].Properties).ContainerDefinitions;
  const environment = Object.fromEntries(
    containers.flatMap(({ Environment = [] }) => Environment.map(({ Name, Value }) => [Name, Value])),
  );
  // Of an address that a client claims nothing is believed.
  expect(environment.PROXIES).toBe(config.loadBalancer === "alb" ? "1" : "0");
  const oidc = environment.OIDC;
  if (config.oidcIssuer === undefined) {
    expect(oidc).toBeUndefined();
    return;
  }
  const text = z
    .object({ "Fn::Join": z.tuple([z.literal(""), z.array(z.unknown())]) })
    .parse(oidc)
    ["Fn::Join"][1].map((part) =>
      typeof part === "string"
        ? part
        : JSON.stringify(part).includes("LoadBalancer")
          ? BALANCER
          : "us-east-1",
    )
    .join("");
  expect(oidcSettings.parse(JSON.parse(text))).toMatchObject({
    keysUrl:
      config.oidcKeysUrl ?? "https://s3-us-gov-east-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-east-1",
    signer: BALANCER,
    roleClaim: config.oidcRoleClaim,
    administrators: config.oidcAdministrators,
  });
}
