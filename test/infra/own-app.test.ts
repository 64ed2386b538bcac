import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stage } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { LettersStack } from "../../examples/own-app/letters-stack.ts";
import { LongshoreStack, parseConfig, pipelines } from "../../infra/index.ts";
import { resourcesOf, statementsIn } from "./template/resources.ts";

const EXAMPLE = new URL("../../examples/own-app/", import.meta.url);
const cdkJson = z.strictObject({ app: z.literal("node app.ts"), context: z.record(z.string(), z.unknown()) });
const { context } = cdkJson.parse(JSON.parse(readFileSync(new URL("cdk.json", EXAMPLE), "utf8")));
const { context: flags } = z
  .looseObject({ context: z.unknown() })
  .parse(JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")));
const WITHOUT_ASSETS = { "aws:cdk:bundling-stacks": [], "aws:cdk:disable-asset-staging": true };

/** What `make` puts into an app, by stack name: templates, and what synthesis had to say. */
function synthesized(make: (app: App) => void) {
  const outdir = mkdtempSync(join(tmpdir(), "longshore-own-"));
  try {
    const app = new App({ outdir, context: { ...context, ...WITHOUT_ASSETS } });
    make(app);
    const stacks = app.synth().stacksRecursively;
    return {
      templates: Object.fromEntries(
        stacks.map(({ stackName, template }) => [stackName, Template.fromJSON(template)]),
      ),
      messages: stacks.flatMap((stack) => stack.messages),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function only(templates: Readonly<Record<string, Template>>): Template {
  return Object.values(templates)[0] ?? expect.fail("no stack");
}

describe("examples/own-app", () => {
  const { templates, messages } = synthesized(
    (app) => new LettersStack(app, "Letters", { config: parseConfig({}) }),
  );
  const template = only(templates);

  it("has the feature flags that everything is tested with", () => {
    expect(context).toEqual(flags);
  });

  it("synthesizes with nothing to warn of", () => {
    expect(Object.keys(templates)).toEqual(["Letters"]);
    expect(messages).toEqual([]);
  });

  it("has its own pipeline beside Longshore's, and neither console nor batch", () => {
    const rules = resourcesOf(template, "AWS::Events::Rule").map(([id]) => id);
    expect(rules).toContainEqual(expect.stringMatching(/^UploadProcessingWordCountDedicated/));
    expect(rules).toContainEqual(expect.stringMatching(/^UploadProcessingGenericPooled/));
    template.hasResourceProperties("AWS::ECS::TaskDefinition", {
      ContainerDefinitions: [Match.objectLike({ Name: "word-count" })],
    });
    template.resourceCountIs("AWS::ElasticLoadBalancingV2::LoadBalancer", 0);
  });

  it("lets its role do what was granted, and nothing else", () => {
    const [, policy] =
      resourcesOf(template, "AWS::IAM::Policy").find(([id]) => id.startsWith("ClerkDefaultPolicy")) ?? [];
    const allowed = statementsIn(policy?.Properties.PolicyDocument).map(({ Action, Resource }) => [
      Action,
      JSON.stringify(Resource),
    ]);
    expect(allowed).toEqual([
      [
        ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        expect.stringMatching(/PlatformUploads.*\/letters\/\*/),
      ],
      [["s3:GetObject"], expect.stringMatching(/PlatformResults.*\/word-count\/\*/)],
      [["dynamodb:BatchGetItem", "dynamodb:GetItem"], expect.stringMatching(/PlatformJobs[^/]*$/)],
      [["dynamodb:Query"], expect.stringMatching(/\/index\/byStanding.*\/index\/byTime/)],
    ]);
  });

  it("has an alarm and a dashboard on Longshore's metrics, and alerts in a queue of its own", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      Namespace: "Longshore",
      MetricName: "Fault-out-of-memory",
      AlarmActions: [{ Ref: Match.stringLikeRegexp("PlatformAlerts") }],
    });
    const [[, dashboard] = expect.fail("no dashboard")] = resourcesOf(template, "AWS::CloudWatch::Dashboard");
    expect(JSON.stringify(dashboard.Properties.DashboardBody)).toMatch(
      /visible \+ inFlight.*RunningTaskCount/,
    );
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "sqs" });
  });

  it("reaches through a construct to the resource below it", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Description: Match.stringLikeRegexp("task for one large upload"),
      MemorySize: 512,
    });
  });
});

describe("constructs", () => {
  it("have defaults: every setting's own, and the project's pipelines", () => {
    const bare = synthesized((app) => new LongshoreStack(app, "Longshore"));
    const told = synthesized(
      (app) => new LongshoreStack(app, "Longshore", { config: parseConfig({}), pipelines }),
    );
    expect(only(bare.templates).toJSON()).toEqual(only(told.templates).toJSON());
  });

  it("refuse pipelines that cannot work", () => {
    const twice = () =>
      new LongshoreStack(new App(), "Longshore", { pipelines: [...pipelines, ...pipelines] });
    expect(twice).toThrow(/pipeline "tables" is there twice/);
  });

  it("grant and measure by methods, as CDK's own do", () => {
    const { templates } = synthesized((app) => {
      const { platform, uploads, workers, batch, alerts } = new LongshoreStack(app, "Longshore");
      const grantee = batch.batch.definition.taskRole;
      for (const grant of [batch.grantStart(grantee), uploads.grantStartJobs(grantee)]) grant.assertSuccess();
      const metrics = [
        platform.metricDeadLetters(),
        uploads.metricLaunchLatency(),
        workers.metricRunningWorkers(),
        batch.metricHourCost(),
        alerts.metricOverdueJobs(),
      ];
      for (const [index, metric] of metrics.entries()) {
        metric.createAlarm(platform, `Own${index}`, { threshold: 1, evaluationPeriods: 1 });
      }
    });
    const alarms = resourcesOf(only(templates), "AWS::CloudWatch::Alarm").filter(([id]) =>
      /^PlatformOwn\d/.test(id),
    );
    const own = alarms.map(([, { Properties }]) => Properties.MetricName ?? Properties.Metrics);
    expect(own).toEqual([
      expect.arrayContaining([expect.objectContaining({ Label: "Dead letters" })]),
      "LaunchLatency",
      "RunningTaskCount",
      "HourCost",
      "OverdueJobs",
    ]);
  });

  it("can be there twice in one account: no physical name of one is that of another", () => {
    const { templates, messages } = synthesized((app) => {
      for (const stage of ["Test", "Production"]) new LongshoreStack(new Stage(app, stage), "Longshore");
    });
    expect(messages).toEqual([]);
    const names = Object.entries(templates).map(([stackName, template]) => {
      expect(["Test-Longshore", "Production-Longshore"]).toContain(stackName);
      return physicalNames(template);
    });
    const [first = new Set(), second = new Set()] = names;
    expect(first.size).toBeGreaterThan(5);
    expect([...first.intersection(second)]).toEqual([]);
  });
});

/** Names that the template itself decides on, by type. */
function physicalNames(template: Template): Set<string> {
  const naming = [
    ...["AlarmName", "BucketName", "ClusterName", "DashboardName", "Family", "FunctionName", "LogGroupName"],
    ...["Name", "QueryDefinitionName", "QueueName", "RoleName", "RuleName", "TableName", "TopicName"],
  ];
  const { Resources }: { Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> } =
    template.toJSON() as never;
  return new Set(
    Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
      naming
        .map((property) => Properties[property])
        .filter((name) => typeof name === "string")
        .map((name) => `${Type} ${name}`),
    ),
  );
}
