import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { readable, referencesIn, resourcesOf, statementsIn } from "./resources.ts";
import { synthesize } from "./synthesize.ts";

const { template } = synthesize();
const of = (type: string) => resourcesOf(template, type);

/** Logical ids of resources whose policy refuses every call without TLS. */
function tlsOnly(policyType: string, resourceProperty: string): string[] {
  return of(policyType)
    .filter(([, { Properties }]) =>
      statementsIn(Properties.PolicyDocument).some(
        ({ Effect, Condition }) => Effect === "Deny" && Condition?.Bool?.["aws:SecureTransport"] === "false",
      ),
    )
    .flatMap(([, { Properties }]) => [...new Set(referencesIn(Properties[resourceProperty]))]);
}
const idsOf = (type: string) => of(type).map(([id]) => id);

describe("data", () => {
  it("is encrypted at rest", () => {
    template.allResourcesProperties("AWS::S3::Bucket", {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    });
    template.allResourcesProperties("AWS::SQS::Queue", { SqsManagedSseEnabled: true });
    template.allResourcesProperties("AWS::DynamoDB::Table", { SSESpecification: { SSEEnabled: true } });
  });

  it("moves over TLS alone", () => {
    expect(tlsOnly("AWS::S3::BucketPolicy", "Bucket").sort()).toEqual(idsOf("AWS::S3::Bucket").sort());
    expect(tlsOnly("AWS::SQS::QueuePolicy", "Queues").sort()).toEqual(idsOf("AWS::SQS::Queue").sort());
    expect(tlsOnly("AWS::SNS::TopicPolicy", "Topics").sort()).toEqual(idsOf("AWS::SNS::Topic").sort());
  });

  it("is closed to the public", () => {
    template.allResourcesProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const open = [
      ...of("AWS::S3::BucketPolicy"),
      ...of("AWS::SQS::QueuePolicy"),
      ...of("AWS::SNS::TopicPolicy"),
    ]
      .flatMap(([id, { Properties }]) =>
        statementsIn(Properties.PolicyDocument).map((each) => ({ id, ...each })),
      )
      .filter(({ Effect, Principal }) => Effect === "Allow" && JSON.stringify(Principal).includes('"*"'));
    expect(open).toEqual([]);
  });

  it("can be brought back: versions of uploads, points in time of tables", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      VersioningConfiguration: { Status: "Enabled" },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    const lost = of("AWS::DynamoDB::Table").filter(
      ([, { Properties }]) =>
        JSON.stringify(Properties.PointInTimeRecoverySpecification)?.includes("true") !== true,
    );
    expect(lost.map(([id]) => readable(id))).toEqual(["PlatformIncidentTablesCounters"]);
  });

  it("outlives the stack, or goes with it when that is asked for", () => {
    const outliving = (settings: Record<string, unknown>) => {
      const other = synthesize({ settings }).template;
      return ["AWS::S3::Bucket", "AWS::DynamoDB::Table"]
        .flatMap((type) => resourcesOf(other, type))
        .filter(
          ([, { DeletionPolicy, UpdateReplacePolicy }]) =>
            DeletionPolicy === "Retain" && UpdateReplacePolicy === "Retain",
        )
        .map(([id]) => readable(id))
        .sort();
    };
    expect(outliving({})).toEqual([
      "HourlyBatchTable",
      "PlatformAccessLogsBucket",
      "PlatformIncidentTablesIncidents",
      "PlatformJobs",
      "PlatformObjects",
      "PlatformResults",
      "PlatformUploads",
    ]);
    expect(outliving({ removalPolicy: "destroy" })).toEqual([]);
  });

  it("is not kept for ever by accident", () => {
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
    template.allResourcesProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
        ]),
      },
    });
    const groups = idsOf("AWS::Logs::LogGroup");
    const used = [
      ...of("AWS::Lambda::Function").map(([, { Properties }]) => Properties.LoggingConfig),
      ...of("AWS::ECS::TaskDefinition").map(([, { Properties }]) => Properties.ContainerDefinitions),
    ];
    // A function or container without a group of its own would get one from AWS, kept for ever.
    expect(used.every((logging) => referencesIn(logging).some((id) => groups.includes(id)))).toBe(true);
  });
});

describe("the network", () => {
  it("lets nobody from outside in", () => {
    const ingress = [
      ...of("AWS::EC2::SecurityGroup").map(([, { Properties }]) => Properties.SecurityGroupIngress ?? []),
      ...of("AWS::EC2::SecurityGroupIngress").map(([, { Properties }]) => Properties),
    ];
    expect(JSON.stringify(ingress)).not.toMatch(/0\.0\.0\.0\/0|::\/0/);
    template.allResourcesProperties("AWS::ElasticLoadBalancingV2::LoadBalancer", { Scheme: "internal" });
  });

  it("has its requests and refusals logged", () => {
    template.resourcePropertiesCountIs("AWS::EC2::FlowLog", { TrafficType: "REJECT" }, 1);
    const logging = of("AWS::S3::Bucket").filter(([, { Properties }]) => Properties.LoggingConfiguration);
    expect(logging.map(([id]) => readable(id)).sort()).toEqual(["PlatformResults", "PlatformUploads"]);
    template.hasResourceProperties("AWS::ElasticLoadBalancingV2::LoadBalancer", {
      LoadBalancerAttributes: Match.arrayWith([
        { Key: "routing.http.drop_invalid_header_fields.enabled", Value: "true" },
        { Key: "access_logs.s3.enabled", Value: "true" },
      ]),
    });
  });
});

describe("containers", () => {
  it("are given no secret in plain text", () => {
    const environments = [
      ...of("AWS::ECS::TaskDefinition").flatMap(([, { Properties }]) =>
        // `Secrets` names where a value is kept.
        (Properties.ContainerDefinitions as { Environment?: unknown }[]).map(({ Environment }) =>
          JSON.stringify(Environment ?? []),
        ),
      ),
      ...of("AWS::Lambda::Function").map(([, { Properties }]) => JSON.stringify(Properties.Environment)),
    ];
    expect(environments.filter((text) => /PASSWORD|SECRET|TOKEN|ACCESS_KEY/i.test(text))).toEqual([]);
  });

  it("log without ever waiting for the log", () => {
    template.allResourcesProperties("AWS::ECS::TaskDefinition", {
      ContainerDefinitions: [
        Match.objectLike({
          LogConfiguration: { LogDriver: "awslogs", Options: Match.objectLike({ mode: "non-blocking" }) },
        }),
      ],
    });
  });
});
