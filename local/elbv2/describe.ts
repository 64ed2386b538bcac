import type { Realm } from "../wire/realm.ts";
import { fullNameOf, idOf } from "./names.ts";
import type { PlayedListener } from "./played-listener.ts";
import type { LoadBalancer } from "./registry.ts";
import type { Rule } from "./rule.ts";
import type { Target } from "./target.ts";
import type { TargetGroup } from "./target-group.ts";

/** The name under which a load balancer is reached: that of the local endpoint, on the listeners' own ports. */
export function dnsNameOf(realm: Realm): string {
  return new URL(realm.endpoint).hostname;
}

/** What the API and Fn::GetAtt call the canonical hosted zone; nothing here serves DNS. */
export function hostedZoneOf(arn: string): string {
  return `Z${idOf(arn).slice(0, 13).toUpperCase()}`;
}

export function describeLoadBalancer(realm: Realm, { arn, name, createdTime, properties }: LoadBalancer) {
  const subnets = [...properties.Subnets, ...properties.SubnetMappings.map(({ SubnetId }) => SubnetId)];
  return {
    LoadBalancerArn: arn,
    DNSName: dnsNameOf(realm),
    CanonicalHostedZoneId: hostedZoneOf(arn),
    CreatedTime: createdTime,
    LoadBalancerName: name,
    Scheme: properties.Scheme,
    State: { Code: "active" },
    Type: properties.Type,
    IpAddressType: properties.IpAddressType,
    SecurityGroups: properties.SecurityGroups,
    AvailabilityZones: subnets.map((SubnetId) => ({ SubnetId })),
  };
}

export function describeTargetGroup({ identity, properties, loadBalancerArns }: TargetGroup) {
  return {
    TargetGroupArn: identity.arn,
    TargetGroupName: identity.name,
    Protocol: properties.Protocol,
    ProtocolVersion: properties.ProtocolVersion,
    Port: properties.Port,
    VpcId: properties.VpcId,
    TargetType: properties.TargetType,
    IpAddressType: properties.IpAddressType,
    HealthCheckProtocol: properties.HealthCheckProtocol,
    HealthCheckPort: properties.HealthCheckPort,
    HealthCheckEnabled: properties.HealthCheckEnabled,
    HealthCheckIntervalSeconds: properties.HealthCheckIntervalSeconds,
    HealthCheckTimeoutSeconds: properties.HealthCheckTimeoutSeconds,
    HealthyThresholdCount: properties.HealthyThresholdCount,
    UnhealthyThresholdCount: properties.UnhealthyThresholdCount,
    HealthCheckPath: properties.HealthCheckPath,
    Matcher: properties.Matcher,
    LoadBalancerArns: loadBalancerArns,
  };
}

export function describeListener({ arn, properties, rules }: PlayedListener) {
  return {
    ListenerArn: arn,
    LoadBalancerArn: properties.LoadBalancerArn,
    Port: properties.Port,
    Protocol: properties.Protocol,
    SslPolicy: properties.SslPolicy,
    Certificates: properties.Certificates,
    DefaultActions: rules.at(-1)?.described.Actions,
  };
}

export function describeRule({ arn, priority, described }: Rule) {
  const isDefault = priority === Number.POSITIVE_INFINITY;
  return {
    RuleArn: arn,
    Priority: isDefault ? "default" : String(priority),
    ...described,
    IsDefault: isDefault,
  };
}

export function describeTarget({ address, healthCheckPort, health }: Target) {
  return {
    Target: { Id: address.host, Port: address.port },
    HealthCheckPort: String(healthCheckPort),
    TargetHealth: { State: health.state, Reason: health.reason, Description: health.description },
  };
}

/** The names under which a load balancer is known to Fn::GetAtt. */
export function loadBalancerAttributeValues(realm: Realm, { arn, name, properties }: LoadBalancer) {
  return {
    LoadBalancerArn: arn,
    DNSName: dnsNameOf(realm),
    LoadBalancerFullName: fullNameOf(arn),
    LoadBalancerName: name,
    CanonicalHostedZoneID: hostedZoneOf(arn),
    SecurityGroups: properties.SecurityGroups,
  };
}
