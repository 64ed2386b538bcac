import { z } from "zod";
import { bool, int, oneOf, port, seconds } from "./values.ts";

const forwardTo = z.strictObject({
  TargetGroupArn: z.string(),
  Weight: int.pipe(z.number().min(0).max(999)).default(1),
});

const forward = z
  .strictObject({
    Type: z.literal("forward"),
    Order: int.optional(),
    TargetGroupArn: z.string().optional(),
    ForwardConfig: z
      .strictObject({
        TargetGroups: z.array(forwardTo).min(1).max(5),
        TargetGroupStickinessConfig: z
          .strictObject({
            Enabled: bool
              .refine((enabled) => !enabled, { error: "true", params: { notPlayed: true } })
              .optional(),
            DurationSeconds: seconds(1, 604_800).optional(),
          })
          .optional(),
      })
      .optional(),
  })
  .transform((action, context) => {
    const targets =
      action.ForwardConfig?.TargetGroups ??
      (action.TargetGroupArn === undefined ? [] : [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }]);
    if (targets.length === 0) context.addIssue("a forward action names its target group");
    return { Type: action.Type, targets };
  });

const fixedResponse = z.strictObject({
  Type: z.literal("fixed-response"),
  Order: int.optional(),
  FixedResponseConfig: z.strictObject({
    StatusCode: z.coerce.string().regex(/^[245]\d\d$/, "a status of 2xx, 4xx or 5xx"),
    ContentType: z
      .enum(["text/plain", "text/css", "text/html", "application/javascript", "application/json"])
      .optional(),
    MessageBody: z.string().max(1024).optional(),
  }),
});

const redirect = z.strictObject({
  Type: z.literal("redirect"),
  Order: int.optional(),
  RedirectConfig: z.strictObject({
    Protocol: z.enum(["HTTP", "HTTPS", "#{protocol}"]).default("#{protocol}"),
    Host: z.string().max(128).default("#{host}"),
    Port: z.coerce.string().default("#{port}"),
    Path: z.string().startsWith("/").max(128).default("/#{path}"),
    Query: z.string().max(128).default("#{query}"),
    StatusCode: z.enum(["HTTP_301", "HTTP_302"]),
  }),
});

/** One action of a listener or a rule; AWS knows authentication and token validation besides. */
const action = z
  .looseObject({ Type: oneOf("forward", "fixed-response", "redirect") })
  .pipe(z.discriminatedUnion("Type", [forward, fixedResponse, redirect]));
export type Action = z.output<typeof action>;

/** Without authentication there is room for exactly one action. */
const actions = z.array(action).refine(({ length }) => length === 1, "exactly one action");

const values = z.array(z.string().max(128)).min(1);

const condition = z.discriminatedUnion("Field", [
  z
    .strictObject({
      Field: z.enum(["host-header", "path-pattern"]),
      Values: values.optional(),
      HostHeaderConfig: z.strictObject({ Values: values }).optional(),
      PathPatternConfig: z.strictObject({ Values: values }).optional(),
    })
    .transform((given, context) => {
      const patterns = given.HostHeaderConfig?.Values ?? given.PathPatternConfig?.Values ?? given.Values;
      if (!patterns) context.addIssue(`${given.Field} needs values`);
      return { Field: given.Field, patterns: patterns ?? [] };
    }),
  z.strictObject({
    Field: z.literal("http-header"),
    HttpHeaderConfig: z.strictObject({ HttpHeaderName: z.string().max(40), Values: values }),
  }),
  z.strictObject({
    Field: z.literal("http-request-method"),
    HttpRequestMethodConfig: z.strictObject({ Values: values }),
  }),
  z.strictObject({
    Field: z.literal("query-string"),
    QueryStringConfig: z.strictObject({
      Values: z.array(z.strictObject({ Key: z.string().optional(), Value: z.string() })).min(1),
    }),
  }),
  z.strictObject({
    Field: z.literal("source-ip"),
    SourceIpConfig: z.strictObject({ Values: z.array(z.union([z.cidrv4(), z.cidrv6()])).min(1) }),
  }),
]);
export type Condition = z.output<typeof condition>;

/**
 * What AWS::ElasticLoadBalancingV2::Listener may say here. Listeners with TLS answer without it, and the log says so.
 * @see withoutSignIn
 */
export const listenerProperties = z.strictObject({
  LoadBalancerArn: z.string(),
  Port: port,
  Protocol: oneOf("HTTP", "HTTPS", "TCP", "TLS"),
  DefaultActions: actions,
  Certificates: z.array(z.strictObject({ CertificateArn: z.string() })).default([]),
  SslPolicy: z.string().optional(),
});
export type ListenerProperties = z.output<typeof listenerProperties>;

/** What AWS::ElasticLoadBalancingV2::ListenerRule may say here. */
export const ruleProperties = z.strictObject({
  ListenerArn: z.string(),
  Priority: int.pipe(z.number().min(1).max(50_000)),
  Conditions: z.array(condition).min(1),
  Actions: actions,
});
export type RuleProperties = z.output<typeof ruleProperties>;
