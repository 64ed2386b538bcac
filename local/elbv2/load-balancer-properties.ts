import { z } from "zod";
import { attributes, bool, oneOf, seconds } from "./values.ts";

/**
 * What AWS::ElasticLoadBalancingV2::LoadBalancer may say here. Subnets, security groups and the scheme are
 * described as given; the listener is on loopback, whatever they say.
 */
export const loadBalancerProperties = z.strictObject({
  Name: z.string().max(32).optional(),
  Type: oneOf("application", "network").default("application"),
  Scheme: z.enum(["internal", "internet-facing"]).default("internet-facing"),
  IpAddressType: z.enum(["ipv4", "dualstack"]).default("ipv4"),
  Subnets: z.array(z.string()).default([]),
  SubnetMappings: z.array(z.strictObject({ SubnetId: z.string() })).default([]),
  SecurityGroups: z.array(z.string()).default([]),
  // Everybody is on the loopback interface.
  EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: z.enum(["on", "off"]).optional(),
  LoadBalancerAttributes: attributes.default(new Map()),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
});
export type LoadBalancerProperties = z.output<typeof loadBalancerProperties>;

/**
 * Attributes that are played, with AWS's defaults.
 * Source: Elastic Load Balancing user guide, "Application Load Balancers", load balancer attributes.
 */
export const loadBalancerAttributes = z.object({
  /** Seconds in which a connection that carries data may be silent. */
  "idle_timeout.timeout_seconds": seconds(1, 4000).default(60),
  "routing.http.xff_header_processing.mode": z.enum(["append", "preserve", "remove"]).default("append"),
  "routing.http.xff_client_port.enabled": bool.default(false),
  "routing.http.drop_invalid_header_fields.enabled": bool.default(false),
});
export type LoadBalancerAttributes = z.output<typeof loadBalancerAttributes>;
