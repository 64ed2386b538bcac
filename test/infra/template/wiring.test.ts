import type { Template } from "aws-cdk-lib/assertions";
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

const { template, deployments } = synthesize();
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

/** Whether an ARN is that of the stack's rules, and of no others. */
function isOfStackRules(arn: unknown): boolean {
  return /:rule\/Longshore\*"/.test(JSON.stringify(arn));
}

/** Whether a queue lets the stack's rules send to it, by its resource policy. */
function isOpenToRules(queueId: string): boolean {
  return of("AWS::SQS::QueuePolicy")
    .filter(([, { Properties }]) => referencesIn(Properties.Queues).includes(queueId))
    .flatMap(([, { Properties }]) => statementsIn(Properties.PolicyDocument))
    .filter(({ Effect, Action }) => Effect === "Allow" && Action.includes("sqs:SendMessage"))
    .some(
      ({ Principal, Condition }) =>
        JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}' &&
        isOfStackRules(Condition?.ArnLike?.["aws:SourceArn"]),
    );
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
      UploadProcessingImagesPooled: ["UploadProcessingJobs"],
      UploadProcessingImagesDedicated: ["UploadProcessingLaunchUploadFunction"],
      UploadProcessingDocumentsPooled: ["UploadProcessingJobs"],
      UploadProcessingDocumentsDedicated: ["UploadProcessingLaunchUploadFunction"],
      UploadProcessingArchivesPooled: ["UploadProcessingJobs"],
      UploadProcessingArchivesDedicated: ["UploadProcessingLaunchUploadFunction"],
      UploadProcessingMediaPooled: ["UploadProcessingJobs"],
      UploadProcessingMediaDedicated: ["UploadProcessingLaunchUploadFunction"],
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

  it("are let in by each target, and nobody else is", () => {
    const permissions = of("AWS::Lambda::Permission").map(([, { Properties }]) => {
      expect(Properties.Principal).toBe("events.amazonaws.com");
      expect(isOfStackRules(Properties.SourceArn)).toBe(true);
      return referenceIn(Properties.FunctionName);
    });
    const targeted = new Set(rules.flatMap((rule) => rule.targets.map(({ id }) => id)));
    const functions = [...targeted].filter((id) => id.includes("Function"));
    expect(permissions.sort()).toEqual(functions.sort());
    for (const queue of targeted.difference(new Set(functions))) expect(isOpenToRules(queue)).toBe(true);
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
      for (const { deadLetters } of targets) expect(isOpenToRules(deadLetters), id).toBe(true);
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
      "UploadProcessingFailedJobAlertsQueue UploadProcessingFailedJobAlertsOnJobFailedFunction",
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

  it("is what containers are told in their environment, and functions in a file beside their code", () => {
    const told = of("AWS::ECS::TaskDefinition")
      .map(([id, { Properties }]) => [readable(id), JSON.stringify(Properties.ContainerDefinitions)] as const)
      .filter(([, containers]) => containers.includes("PIPELINES"));
    expect(told.map(([id]) => id).sort()).toEqual([
      "ConsoleTaskDefinition",
      "HourlyBatchDefinition",
      "QueueWorkersWorkerDefinition",
    ]);
    const text = JSON.stringify(JSON.stringify(pipelines)).slice(1, -1);
    expect(told.every(([, containers]) => containers.includes(text))).toBe(true);
    for (const [id, { Properties }] of of("AWS::Lambda::Function")) {
      expect(JSON.stringify(Properties.Environment), id).not.toContain("dedicatedAboveBytes");
    }
    expect(deployments).toHaveLength(2);
    expect(deployments).toContainEqual({ pipelines, ownContainers: {} });
    expect(deployments).toContainEqual({ pipelines });
  });

  it("changes the code of the functions that read it, so that both are deployed at once", () => {
    const codes = (template: Template) =>
      Object.fromEntries(
        resourcesOf(template, "AWS::Lambda::Function").map(([id, { Properties }]) => [
          readable(id),
          JSON.stringify(Properties.Code),
        ]),
      );
    const longer = pipelines.map((pipeline): Pipeline => ({ ...pipeline, timeoutSeconds: 7_200 }));
    const [before, after] = [codes(template), codes(synthesize({ pipelines: longer }).template)];
    const changed = Object.keys(before).filter((id) => before[id] !== after[id]);
    expect(changed.sort()).toEqual([
      "StoppedTaskAlertsOnTaskStoppedFunction",
      "UploadProcessingLaunchUploadFunction",
    ]);
  });
});
