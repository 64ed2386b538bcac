import { z } from "zod";
import type { Rule } from "./rules.ts";
import { several } from "./values.ts";

const httpsUrl = () => z.url({ protocol: /^https$/, error: "is an https:// address" });

/** How people reach the console. */
export const loadBalancerSettings = {
  loadBalancer: z
    .enum(["alb", "nlb", "none"])
    .default("alb")
    .describe(
      "What is in front of the console: an Application or a Network Load Balancer (for PrivateLink and fixed addresses), or nothing: then its task's own address is reached from inside the VPC.",
    ),
  loadBalancerScheme: z
    .enum(["internal", "internet-facing"])
    .default("internal")
    .describe("Whether the load balancer has addresses in the VPC alone, or public ones."),
  allowedCidrs: several(z.cidrv4())
    .optional()
    .describe("Address ranges that reach the console; by default the VPC's own."),
  certificateArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, "is the ARN of a certificate in ACM")
    .optional()
    .describe(
      "Certificate of the console: its load balancer then speaks TLS, and an ALB redirects HTTP to HTTPS.",
    ),
  consoleDomain: z
    .hostname()
    .optional()
    .describe(
      "Name that people reach the console by, as in the certificate; its DNS record is yours to make. By default the load balancer's own.",
    ),
  oidcIssuer: httpsUrl()
    .optional()
    .describe(
      "OpenID Connect issuer whose users the ALB lets in; needs `certificateArn` and the other `oidc` settings.",
    ),
  oidcAuthorizationEndpoint: httpsUrl()
    .optional()
    .describe("As the issuer's `/.well-known/openid-configuration` says."),
  oidcTokenEndpoint: httpsUrl()
    .optional()
    .describe("As the issuer's `/.well-known/openid-configuration` says."),
  oidcUserInfoEndpoint: httpsUrl()
    .optional()
    .describe("As the issuer's `/.well-known/openid-configuration` says."),
  oidcClientId: z.string().min(1).optional().describe("Client id of the console at the issuer."),
  oidcClientSecret: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/, "is a name in Secrets Manager, not the secret itself")
    .optional()
    .describe("Name in Secrets Manager of the secret text that the issuer gave the client."),
  oidcRoleClaim: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Claim of the issuer's user info that says what somebody may: a text or a list of them, such as `groups`.",
    ),
  oidcAdministrators: several(z.string().min(1))
    .optional()
    .describe("Values of `oidcRoleClaim` that make an administrator."),
  oidcUploaders: several(z.string().min(1))
    .optional()
    .describe(
      "Values of `oidcRoleClaim` that make an uploader; by default everybody whom the issuer lets in.",
    ),
  oidcKeysUrl: httpsUrl()
    .optional()
    .describe(
      "Where the ALB's public keys are, which prove that it signed somebody in. By default where AWS documents them for the region, GovCloud's too; needed where it documents none, as in China.",
    ),
};

const OIDC = [
  "oidcIssuer",
  "oidcAuthorizationEndpoint",
  "oidcTokenEndpoint",
  "oidcUserInfoEndpoint",
  "oidcClientId",
  "oidcClientSecret",
  "oidcRoleClaim",
  "oidcAdministrators",
] as const;

export const loadBalancerRules: readonly Rule[] = [
  ({ loadBalancerScheme, loadBalancer, network, certificateArn, allowedCidrs }) => {
    if (loadBalancerScheme === "internal") return [];
    return [
      ...(loadBalancer === "none"
        ? ["loadBalancerScheme: is internet-facing, and loadBalancer is none"]
        : []),
      ...(network === "endpoints"
        ? ["loadBalancerScheme: is internet-facing, and network endpoints has no way to the internet"]
        : []),
      ...(certificateArn === undefined
        ? ["loadBalancerScheme: internet-facing needs certificateArn, so that nobody reads along"]
        : []),
      ...(allowedCidrs === undefined
        ? ["loadBalancerScheme: internet-facing needs allowedCidrs, who may come in; 0.0.0.0/0 is everybody"]
        : []),
    ];
  },
  ({ certificateArn, loadBalancer }) =>
    certificateArn !== undefined && loadBalancer === "none"
      ? ["certificateArn: is for a load balancer, and loadBalancer is none"]
      : [],
  (config) => {
    const given = [...OIDC, "oidcUploaders" as const, "oidcKeysUrl" as const].filter(
      (name) => config[name] !== undefined,
    );
    if (given.length === 0) return [];
    const first = given[0] ?? "oidcIssuer";
    return [
      ...OIDC.filter((name) => config[name] === undefined).map((name) => `${first}: needs ${name} beside it`),
      ...(config.loadBalancer === "alb"
        ? []
        : [`${first}: an ALB signs people in, and loadBalancer is ${config.loadBalancer}`]),
      ...(config.certificateArn === undefined
        ? [`${first}: needs certificateArn; an ALB signs in over HTTPS alone`]
        : []),
      // Source: Elastic Load Balancing user guide, "Authenticate users using an Application Load Balancer".
      ...(config.loadBalancerScheme === "internet-facing" || config.network === "nat"
        ? []
        : [
            `${first}: the ALB itself asks the issuer, and has no way to it with loadBalancerScheme internal and network ${config.network}; network nat has one`,
          ]),
    ];
  },
];
