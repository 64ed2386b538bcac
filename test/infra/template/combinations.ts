import type { Config } from "../../../infra/config.ts";
import { ConfigError, parseConfig } from "../../../infra/config.ts";
import { pairwise, type Row } from "../support/covering-array.ts";

/** Settings that belong together, as somebody would choose them. */
export interface Choice {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const ACCOUNT = "us-east-1:123456789012";
export const CERTIFICATE = `arn:aws:acm:${ACCOUNT}:certificate/0a1b2c3d`;
const EXISTING_VPC = {
  vpcId: "vpc-0a1b2c3d",
  vpcCidr: "10.20.0.0/16",
  availabilityZones: "us-east-1a,us-east-1b",
  subnetIds: "subnet-0a1b2c3d,subnet-0a1b2c3e",
};
const SPLUNK = {
  splunkUrl: "https://splunk.example.com:8088",
  splunkTokenSecretArn: `arn:aws:secretsmanager:${ACCOUNT}:secret:splunk-AbCdEf`,
};
export const OIDC = {
  oidcIssuer: "https://issuer.example.com",
  oidcAuthorizationEndpoint: "https://issuer.example.com/authorize",
  oidcTokenEndpoint: "https://issuer.example.com/token",
  oidcUserInfoEndpoint: "https://issuer.example.com/userinfo",
  oidcClientId: "longshore",
  oidcClientSecret: "longshore/oidc",
  oidcRoleClaim: "groups",
  oidcAdministrators: "operators",
};

/** What is chosen in a deployment, and from what. */
export const CHOICES: Readonly<Record<string, readonly Choice[]>> = {
  network: [
    { name: "public", settings: {} },
    { name: "NAT", settings: { network: "nat" } },
    { name: "one NAT gateway", settings: { network: "nat", natGateways: 1 } },
    { name: "endpoints", settings: { network: "endpoints" } },
    { name: "existing public", settings: { ...EXISTING_VPC } },
    {
      name: "existing NAT",
      settings: { ...EXISTING_VPC, network: "nat", loadBalancerSubnetIds: "subnet-1a1b2c3d,subnet-1a1b2c3e" },
    },
    { name: "existing endpoints", settings: { ...EXISTING_VPC, network: "endpoints" } },
  ],
  console: [
    { name: "ALB", settings: {} },
    {
      name: "ALB with TLS",
      settings: { certificateArn: CERTIFICATE, consoleDomain: "longshore.example.com" },
    },
    {
      name: "public ALB with sign-in",
      settings: {
        certificateArn: CERTIFICATE,
        loadBalancerScheme: "internet-facing",
        allowedCidrs: "198.51.100.0/24,203.0.113.0/24",
        ...OIDC,
      },
    },
    { name: "NLB", settings: { loadBalancer: "nlb" } },
    { name: "NLB with TLS", settings: { loadBalancer: "nlb", certificateArn: CERTIFICATE } },
    { name: "no load balancer", settings: { loadBalancer: "none", allowedCidrs: "10.0.0.0/8" } },
  ],
  consoleTasks: [
    { name: "two console tasks", settings: {} },
    {
      name: "one console task, steps",
      settings: { minConsoleTasks: 1, maxConsoleTasks: 2, consoleScaling: "step", maxUploadGib: 5 },
    },
    {
      name: "more console tasks by day",
      settings: { minConsoleTasks: 3, consoleHours: "8-18:4:Europe/Berlin" },
    },
  ],
  logs: [
    { name: "awslogs", settings: {} },
    { name: "awslogs, small buffer", settings: { logBufferMiB: 4, logRetentionDays: 7 } },
    { name: "splunk", settings: { logDriver: "splunk", ...SPLUNK, splunkIndex: "main" } },
    { name: "FireLens to CloudWatch", settings: { logDriver: "firelens" } },
    {
      name: "FireLens to S3 and Splunk",
      settings: { logDriver: "firelens", firelensOutputs: "s3,splunk", ...SPLUNK },
    },
  ],
  keys: [
    { name: "AWS's keys", settings: {} },
    { name: "own key for data", settings: { dataEncryption: "own" } },
    { name: "own key for logs", settings: { logEncryption: "own" } },
    { name: "own key", settings: { dataEncryption: "own", logEncryption: "own" } },
  ],
  alerts: [
    { name: "nobody", settings: {} },
    {
      name: "several",
      settings: {
        alertEmail: "a@example.com,b@example.com",
        alertHttps: "https://hooks.example.com/longshore",
        alertQueueArn: `arn:aws:sqs:${ACCOUNT}:theirs`,
      },
    },
  ],
  tracing: [
    { name: "no traces", settings: {} },
    { name: "X-Ray", settings: { tracing: "xray" } },
  ],
  keeping: [
    { name: "all", settings: {} },
    {
      name: "little",
      settings: {
        removalPolicy: "destroy",
        logRemovalPolicy: "destroy",
        uploadRetentionDays: 10,
        oldVersionRetentionDays: 1,
        resultRetentionDays: 20,
        incidentRetentionDays: 30,
      },
    },
  ],
  compute: [
    { name: "Fargate", settings: {} },
    { name: "EC2", settings: { compute: "ec2", instanceSessions: true } },
    { name: "mixed", settings: { compute: "mixed" } },
  ],
  spot: [
    { name: "Spot for bursts", settings: {} },
    { name: "no Spot", settings: { spot: false } },
    { name: "workers on Spot", settings: { workerSpotPercent: 60 } },
  ],
  files: [
    { name: "EFS", settings: {} },
    { name: "EFS with backup", settings: { efsBackup: "on" } },
    { name: "no EFS", settings: { efs: "off" } },
  ],
  architecture: [
    { name: "x86_64", settings: {} },
    { name: "arm64", settings: { architecture: "arm64" } },
  ],
  workers: [
    { name: "by backlog", settings: {} },
    { name: "from zero", settings: { minWorkers: 0, maximumBurst: 0 } },
    { name: "by CPU", settings: { workerScaling: "cpu", workingHours: "8-18:4:Europe/Berlin" } },
    { name: "by memory", settings: { workerScaling: "memory", minWorkers: 0 } },
  ],
};

/** A deployment that somebody could choose. */
export interface Combination {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly config: Config;
}

function settingsOf(row: Partial<Row<Choice>>): Record<string, unknown> {
  return Object.assign({}, ...Object.values(row).map((choice) => choice?.settings));
}

/** Why the configuration refuses these choices together; undefined when it does not. */
export function refusal(row: Partial<Row<Choice>>): string | undefined {
  try {
    parseConfig(settingsOf(row));
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

const { rows, impossible } = pairwise(CHOICES, (row) => refusal(row) === undefined);

/** Any two choices that go together are in one of these. */
export const COMBINATIONS: readonly Combination[] = rows.map((row) => {
  const settings = settingsOf(row);
  return {
    name: Object.values(row)
      .map(({ name }) => name)
      .join(", "),
    settings,
    config: parseConfig(settings),
  };
});

/** Pairs of choices that do not go together. */
export const IMPOSSIBLE = impossible;
