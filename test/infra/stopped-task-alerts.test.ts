import { describe, expect, it } from "vitest";
import type { Pipeline } from "../../events/pipeline.ts";
import { pipelines } from "../../infra/pipelines.ts";
import { ofType, type TemplateResource } from "./support/resources.ts";
import { synthesize } from "./template/synthesize.ts";

const lines: Pipeline = {
  ...(pipelines[0] as Pipeline),
  name: "lines",
  suffixes: [".log"],
  dedicatedAboveBytes: 0,
  container: { image: "public.ecr.aws/docker/library/busybox:1", command: ["wc"], environment: { A: "b" } },
};
const { template, deployments } = synthesize({ pipelines: [...pipelines, lines] });
const resources: Record<string, TemplateResource> = template.toJSON().Resources;

const policyOf = (role: RegExp) =>
  ofType(resources, "AWS::IAM::Policy")
    .filter(([id]) => role.test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
describe("stopped tasks", () => {
  it("reach on-task-stopped from one cluster alone", () => {
    const patterns = ofType(resources, "AWS::Events::Rule").map(
      ([, { Properties }]) => Properties.EventPattern,
    );
    expect(patterns).toContainEqual(
      expect.objectContaining({
        source: ["aws.ecs"],
        detail: expect.objectContaining({ lastStatus: ["STOPPED"], clusterArn: [expect.anything()] }),
      }),
    );
  });

  it("have their log lines read in the groups of the tasks, and in no others", () => {
    const [statement] = policyOf(/OnTaskStopped/).filter(({ Action }) => Action === "logs:GetLogEvents");
    const groups = ofType(resources, "AWS::ECS::TaskDefinition").flatMap(([, { Properties }]) =>
      Properties.ContainerDefinitions.map(
        (container: { LogConfiguration: { Options: Record<string, { Ref: string }> } }) =>
          container.LogConfiguration.Options["awslogs-group"]?.Ref,
      ),
    );
    const resource = JSON.stringify(statement?.Resource);
    expect(groups.length).toBeGreaterThan(3);
    for (const group of groups) expect(resource).toContain(`"${group}"`);
    expect(statement?.Resource).toHaveLength(new Set(groups).size);
  });

  it("that overstay are looked for every minute, and only in this cluster", () => {
    const schedules = ofType(resources, "AWS::Events::Rule").map(
      ([, { Properties }]) => Properties.ScheduleExpression,
    );
    expect(schedules).toContain("rate(1 minute)");
    expect(policyOf(/StopOverdue/)).toContainEqual(
      expect.objectContaining({
        Action: "ecs:StopTask",
        Condition: { ArnEquals: { "ecs:cluster": expect.anything() } },
      }),
    );
  });

  it("are incidents in a table that lists them by day and by job, and forgets them", () => {
    const tables = ofType(resources, "AWS::DynamoDB::Table").map(([, { Properties }]) => Properties);
    const incidents = tables.find(({ KeySchema }) => KeySchema[0].AttributeName === "incidentId");
    expect(incidents.GlobalSecondaryIndexes.map((index: { IndexName: string }) => index.IndexName)).toEqual([
      "byDay",
      "byJob",
    ]);
    expect(incidents.TimeToLiveSpecification).toEqual({ AttributeName: "expiresAt", Enabled: true });
  });
});

describe("a pipeline with a container of its own", () => {
  it("has a task definition with its image, command and environment, and nothing of ours", () => {
    const found = ofType(resources, "AWS::ECS::TaskDefinition")
      .flatMap(([, { Properties }]) => Properties.ContainerDefinitions)
      .find(({ Name }: { Name: string }) => Name === "lines");
    expect(found).toMatchObject({
      Image: "public.ecr.aws/docker/library/busybox:1",
      Command: ["wc"],
      Environment: [{ Name: "A", Value: "b" }],
    });
  });

  it("is launched by launch-upload as that task", () => {
    expect(deployments.find(({ ownContainers }) => ownContainers)?.ownContainers).toEqual({
      lines: { taskDefinition: expect.stringContaining("LinesContainer"), container: "lines" },
    });
    const [run] = policyOf(/LaunchUpload/).filter(({ Action }) => Action === "ecs:RunTask");
    expect(JSON.stringify(run?.Resource)).toContain("LinesContainer");
  });

  it("may read uploads and write its own results, and knows nothing of jobs", () => {
    const statements = policyOf(/LinesContainerTaskRole/i).concat(policyOf(/LinesContainer.*TaskRole/));
    const actions = new Set(statements.flatMap(({ Action }) => Action));
    expect(actions).toEqual(new Set(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]));
    expect(JSON.stringify(statements)).toContain("/lines/*");
  });

  it("gives every object a task, empty ones too", () => {
    const patterns = ofType(resources, "AWS::Events::Rule").filter(([id]) => id.includes("Lines"));
    expect(patterns).toHaveLength(1);
    expect(patterns[0]?.[1].Properties.EventPattern.detail).not.toHaveProperty("$or");
  });
});
