import { z } from "zod";
import { attributes, bool, int, oneOf, port, seconds } from "./values.ts";

const statusCodes = z
  .string()
  .regex(/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/, "codes and ranges such as 200,202-204");

/** What AWS::ElasticLoadBalancingV2::TargetGroup may say here, with the defaults of an Application Load Balancer. */
export const targetGroupProperties = z.strictObject({
  Name: z.string().max(32).optional(),
  Port: port.optional(),
  Protocol: oneOf("HTTP", "TCP").default("HTTP"),
  ProtocolVersion: oneOf("HTTP1").default("HTTP1"),
  TargetType: oneOf("ip", "instance").default("instance"),
  IpAddressType: oneOf("ipv4").default("ipv4"),
  VpcId: z.string().optional(),
  HealthCheckEnabled: bool.refine((enabled) => enabled, "only Lambda targets go unchecked").default(true),
  HealthCheckPath: z.string().startsWith("/").max(1024).default("/"),
  HealthCheckPort: z.union([z.literal("traffic-port"), port]).default("traffic-port"),
  HealthCheckProtocol: oneOf("HTTP").default("HTTP"),
  HealthCheckIntervalSeconds: seconds(5, 300).default(30),
  HealthCheckTimeoutSeconds: seconds(2, 120).default(5),
  HealthyThresholdCount: int.pipe(z.number().min(2).max(10)).default(5),
  UnhealthyThresholdCount: int.pipe(z.number().min(2).max(10)).default(2),
  Matcher: z.strictObject({ HttpCode: statusCodes }).default({ HttpCode: "200" }),
  TargetGroupAttributes: attributes.default(new Map()),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
});
export type TargetGroupProperties = z.output<typeof targetGroupProperties>;

/** Attributes that are played, with AWS's defaults. Source: same guide, target group attributes. */
export const targetGroupAttributes = z.object({
  "deregistration_delay.timeout_seconds": seconds(0, 3600).default(300),
  "load_balancing.algorithm.type": z
    .enum(["round_robin", "least_outstanding_requests"])
    .default("round_robin"),
  "stickiness.enabled": bool.default(false),
  "stickiness.type": oneOf("lb_cookie").default("lb_cookie"),
  "stickiness.lb_cookie.duration_seconds": seconds(1, 604_800).default(86_400),
});
export type TargetGroupAttributes = z.output<typeof targetGroupAttributes>;
