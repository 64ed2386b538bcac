import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Pipeline } from "../../../events/pipeline.ts";
import { pipelines } from "../../../infra/pipelines.ts";
import {
  type Resource,
  readable,
  referenceIn,
  referencesIn,
  resourcesOf,
  statementsIn,
} from "./resources.ts";
import { synthesize } from "./synthesize.ts";

const { template } = synthesize();
const of = (type: string) => resourcesOf(template, type);

const targets = z.array(
  z.looseObject({ Arn: z.unknown(), DeadLetterConfig: z.object({ Arn: z.unknown() }) }),
);
const rules = of("AWS::Events::Rule").map(([id, { Properties }]) => ({
  id,
  pattern: Properties.EventPattern,
  schedule: Properties.ScheduleExpression,
  targets: targets.parse(Properties.Targets).map((target) => ({
    id: referenceIn(target.Arn),
    deadLetters: referenceIn(target.DeadLetterConfig.Arn),
  })),
}));

/** What may send to a queue by its resource policy: `service from resource`. */
function sendersTo(queueId: string): string[] {
  return of("AWS::SQS::QueuePolicy")
    .filter(([, { Properties }]) => referencesIn(Properties.Queues).includes(queueId))
    .flatMap(([, { Properties }]) => statementsIn(Properties.PolicyDocument))
    .filter(({ Effect, Action }) => Effect === "Allow" && Action.includes("sqs:SendMessage"))
    .flatMap(({ Principal, Condition }) => {
      const { Service } = z.object({ Service: z.string() }).parse(Principal);
      return referencesIn(Condition).map((source) => `${Service} from ${source}`);
    });
}

describe("rules", () => {
  it("reach these targets", () => {
    const reached = rules.map(({ id, targets }) => [
      readable(id),
      targets.map((target) => readable(target.id)),
    ]);
    expect(Object.fromEntries(reached)).toEqual({
      UploadProcessingTablesPooled: ["UploadProcessingJobs"],
      UploadProcessingTablesDedicated: ["UploadProcessingLaunchUploadFunction"],
      UploadProcessingGenericPooled: ["UploadProcessingJobs"],
      UploadProcessingGenericDedicated: ["UploadProcessingLaunchUploadFunction"],
      QueueWorkersBurstBacklogStands: ["QueueWorkersBurstLaunchWorkersFunction"],
      HourlyBatchEveryHour: ["HourlyBatchLaunchBatchFunction"],
      StoppedTaskAlertsTaskStopped: ["StoppedTaskAlertsOnTaskStoppedFunction"],
      StoppedTaskAlertsEveryMinute: ["StoppedTaskAlertsStopOverdueFunction"],
    });
  });

  it("take events of this stack's own bucket, cluster and alarms alone", () => {
    for (const { id, pattern, schedule } of rules) {
      if (schedule !== undefined) continue;
      const source = z.looseObject({ source: z.array(z.string()) }).parse(pattern).source;
      const expected = {
        "aws.cloudwatch": ["QueueWorkersBurstBacklog", "QueueWorkersBurstAge"],
        "aws.ecs": ["PlatformCluster"],
        "aws.s3": ["PlatformUploads"],
      }[source.join()];
      expect(referencesIn(pattern).map(readable), id).toEqual(expected);
    }
  });

  it("are let in by each target, by that rule alone", () => {
    const permissions = of("AWS::Lambda::Permission").map(([, { Properties }]) => ({
      principal: Properties.Principal,
      functionId: referenceIn(Properties.FunctionName),
      source: referenceIn(Properties.SourceArn),
    }));
    for (const { id, targets } of rules) {
      for (const target of targets) {
        if (target.id.includes("Function")) {
          expect(permissions).toContainEqual({
            principal: "events.amazonaws.com",
            functionId: target.id,
            source: id,
          });
        } else {
          expect(sendersTo(target.id)).toContain(`events.amazonaws.com from ${id}`);
        }
      }
    }
    expect(permissions).toHaveLength(
      rules.flatMap((rule) => rule.targets).filter(({ id }) => /Function/.test(id)).length,
    );
  });
});

describe("what fails", () => {
  const queues = of("AWS::SQS::Queue");
  const redrive = z.looseObject({ deadLetterTargetArn: z.unknown() });
  const redriven = queues.flatMap(([, { Properties }]) =>
    Properties.RedrivePolicy
      ? [referenceIn(redrive.parse(Properties.RedrivePolicy).deadLetterTargetArn)]
      : [],
  );
  const functionDeadLetters = of("AWS::Lambda::Function").map(([, { Properties }]) =>
    referenceIn(Properties.DeadLetterConfig),
  );
  const ruleDeadLetters = rules.flatMap(({ targets }) => targets.map(({ deadLetters }) => deadLetters));

  it("of a rule's target is kept in a queue that lets the rule in", () => {
    for (const { id, targets } of rules) {
      for (const { deadLetters } of targets) {
        expect(sendersTo(deadLetters)).toContain(`events.amazonaws.com from ${id}`);
      }
    }
  });

  it("of a function is kept in a queue", () => {
    expect(functionDeadLetters.every((id) => queues.some(([queueId]) => queueId === id))).toBe(true);
  });

  it("of a queue is kept in another, unless it is for what failed itself", () => {
    const kept = new Set([...redriven, ...functionDeadLetters, ...ruleDeadLetters]);
    const lost = queues.filter(([id, { Properties }]) => !kept.has(id) && !Properties.RedrivePolicy);
    expect(lost.map(([id]) => id)).toEqual([]);
  });

  it("is kept for 14 days, and an alarm on the queue tells the administrators", () => {
    const watched = of("AWS::CloudWatch::Alarm")
      .filter(([, { Properties }]) =>
        referencesIn(Properties.AlarmActions).map(readable).includes("PlatformAlerts"),
      )
      .flatMap(([, { Properties }]) => referencesIn(Properties.Dimensions));
    for (const id of [...redriven, ...functionDeadLetters, ...ruleDeadLetters]) {
      const queue = queues.find(([queueId]) => queueId === id)?.[1] as Resource;
      expect(queue.Properties.MessageRetentionPeriod, id).toBe(14 * 24 * 3600);
      expect(watched, id).toContain(id);
    }
  });

  it("of a launch is tried again one by one, from the launch queue", () => {
    const mappings = of("AWS::Lambda::EventSourceMapping").map(([, { Properties }]) => ({
      queue: readable(referenceIn(Properties.EventSourceArn)),
      target: readable(referenceIn(Properties.FunctionName)),
      batchSize: Properties.BatchSize,
      partial: Properties.FunctionResponseTypes,
    }));
    expect(mappings).toContainEqual({
      queue: "UploadProcessingLaunches",
      target: "UploadProcessingLaunchUploadFunction",
      batchSize: 1,
      partial: ["ReportBatchItemFailures"],
    });
    expect(mappings.map(({ queue, target }) => `${queue} ${target}`).sort()).toEqual([
      "QueueWorkersBurstLookAgain QueueWorkersBurstLaunchWorkersFunction",
      "UploadProcessingLaunches UploadProcessingLaunchUploadFunction",
    ]);
  });

  it("of a launch shows again only when the function has surely ended", () => {
    const timeoutOf = (type: string, id: string, property: string) =>
      Number(of(type).find(([logicalId]) => readable(logicalId) === id)?.[1].Properties[property]);
    const visibility = timeoutOf("AWS::SQS::Queue", "UploadProcessingLaunches", "VisibilityTimeout");
    const timeout = timeoutOf("AWS::Lambda::Function", "UploadProcessingLaunchUploadFunction", "Timeout");
    expect(visibility).toBeGreaterThanOrEqual(6 * timeout);
  });
});

describe("alarms", () => {
  it("each lead somewhere: to people, to scaling, or to a rule", () => {
    const ruled = rules.flatMap(({ pattern }) => referencesIn(pattern));
    const idle = of("AWS::CloudWatch::Alarm").filter(
      ([id, { Properties }]) => !ruled.includes(id) && referencesIn(Properties.AlarmActions).length === 0,
    );
    expect(idle.map(([id]) => id)).toEqual([]);
  });
});

describe("infra/pipelines.ts", () => {
  it("decides on the rules: a changed suffix changes them, and nothing else about them", () => {
    const changed = pipelines.map(
      (pipeline): Pipeline =>
        pipeline.name === "tables" ? { ...pipeline, suffixes: [...pipeline.suffixes, ".avro"] } : pipeline,
    );
    const after = resourcesOf(synthesize({ pipelines: changed }).template, "AWS::Events::Rule");
    const patternOf = ([, { Properties }]: readonly [string, Resource]) =>
      JSON.stringify(Properties.EventPattern);
    const before = of("AWS::Events::Rule");
    expect(after.map(([id]) => id)).toEqual(before.map(([id]) => id));
    const differ = after.filter((rule, index) => patternOf(rule) !== patternOf(before[index] ?? rule));
    expect(differ.map(([id]) => readable(id))).toEqual([
      "UploadProcessingTablesPooled",
      "UploadProcessingTablesDedicated",
      "UploadProcessingGenericPooled",
      "UploadProcessingGenericDedicated",
    ]);
    expect(differ.every((rule) => patternOf(rule).includes(".avro"))).toBe(true);
    const targetsOf = ([, { Properties }]: readonly [string, Resource]) => Properties.Targets;
    expect(after.map(targetsOf)).toEqual(before.map(targetsOf));
  });

  it("decides on the lanes: a pipeline without a threshold has no pooled rule", () => {
    const dedicated = pipelines.map((pipeline): Pipeline => ({ ...pipeline, dedicatedAboveBytes: 0 }));
    const ids = resourcesOf(synthesize({ pipelines: dedicated }).template, "AWS::Events::Rule").map(
      ([id]) => id,
    );
    expect(ids.filter((id) => id.includes("Pooled"))).toEqual([]);
    expect(ids.filter((id) => id.includes("Dedicated"))).toHaveLength(pipelines.length);
  });

  it("is what functions and containers are told", () => {
    const told = [
      ...of("AWS::Lambda::Function").map(([, { Properties }]) => JSON.stringify(Properties.Environment)),
      ...of("AWS::ECS::TaskDefinition").map(([, { Properties }]) =>
        JSON.stringify(Properties.ContainerDefinitions),
      ),
    ].filter((environment) => environment.includes("PIPELINES"));
    expect(told.length).toBeGreaterThanOrEqual(5);
    const text = JSON.stringify(JSON.stringify(pipelines)).slice(1, -1);
    expect(told.every((environment) => environment.includes(text))).toBe(true);
  });
});
