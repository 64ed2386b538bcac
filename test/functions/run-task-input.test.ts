import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jobRequest } from "../../events/jobs/job-request.ts";
import { launchRequest } from "../../events/jobs/launch-request.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import {
  attemptSize,
  clientTokenFor,
  runTaskInput,
  tagValue,
} from "../../functions/launch-upload/run-task-input.ts";
import { pipelines } from "../../infra/pipelines.ts";

const request = launchRequest.parse({
  ...JSON.parse(readFileSync(new URL("../../events/samples/launch-request.json", import.meta.url), "utf8")),
  memoryMiB: undefined,
});
const tables = pipelines.find(({ name }) => name === "tables") as Pipeline;
const site = {
  cluster: "cluster",
  processor: { taskDefinition: "processor", container: "processor" },
  ownContainers: { lines: { taskDefinition: "lines-family", container: "lines" } },
  subnets: ["subnet-1"],
  securityGroups: ["sg-1"],
  assignPublicIp: "DISABLED" as const,
  resultsBucket: "results",
};

describe("runTaskInput", () => {
  it("carries the job in one variable, as the task contract says", () => {
    const [override] = runTaskInput(request, tables, site).overrides?.containerOverrides ?? [];
    const [variable] = override?.environment ?? [];
    expect(variable?.name).toBe("LONGSHORE_JOB");
    expect(jobRequest.parse(JSON.parse(variable?.value ?? ""))).toMatchObject({
      jobId: request.job.jobId,
      attempt: 2,
      object: { key: request.job.key },
      result: { bucket: "results", key: `tables/${request.job.jobId}/2/result.json` },
    });
  });

  it("sizes the task for the object and asks the pipeline's providers in their order", () => {
    const large = { ...request, provider: 0, job: { ...request.job, size: 1024 ** 3 } };
    const input = runTaskInput(large, tables, site);
    expect(input.overrides).toMatchObject({
      cpu: "2048",
      memory: "4096",
      ephemeralStorage: { sizeInGiB: 40 },
    });
    expect(input.capacityProviderStrategy).toEqual([{ capacityProvider: "FARGATE_SPOT", weight: 1 }]);
    const last = runTaskInput({ ...large, provider: 9 }, tables, site);
    expect(last.capacityProviderStrategy).toEqual([{ capacityProvider: "FARGATE", weight: 1 }]);
  });

  it("runs on instances where the pipeline says so, unless none can hold the task", () => {
    const withInstances = {
      ...site,
      instances: { capacityProvider: "machines", cpu: 4096, memoryMiB: 15_000, binpackOn: "cpu" },
    } as const;
    const first: Pipeline = { ...tables, capacity: ["EC2", "FARGATE"] };
    const large = { ...request, provider: 0, job: { ...request.job, size: 1024 ** 3 } };
    const input = runTaskInput(large, first, withInstances);
    expect(input.capacityProviderStrategy).toEqual([{ capacityProvider: "machines", weight: 1 }]);
    // Fargate's alone: ECS refuses it for instances.
    expect(input.overrides?.ephemeralStorage).toBeUndefined();
    const more = runTaskInput({ ...large, memoryMiB: 16_384 }, first, withInstances);
    expect(more.capacityProviderStrategy).toEqual([{ capacityProvider: "FARGATE", weight: 1 }]);
    const last = runTaskInput(
      { ...large, provider: 1, memoryMiB: 16_384 },
      { ...first, capacity: ["FARGATE", "EC2"] },
      withInstances,
    );
    expect(last.capacityProviderStrategy).toEqual([{ capacityProvider: "FARGATE", weight: 1 }]);
  });

  it("stays inside what ECS takes: overrides of 8,192 characters, tokens of 64, even for the longest keys", () => {
    const longest = { ...request, job: { ...request.job, key: "ü".repeat(512), size: 5 * 1024 ** 4 } };
    const input = runTaskInput(longest, tables, site);
    expect(JSON.stringify(input.overrides).length).toBeLessThanOrEqual(8192);
    expect(clientTokenFor({ ...longest, attempt: 10, refusals: 99 }).length).toBeLessThanOrEqual(64);
    expect(input.tags?.every(({ value }) => (value?.length ?? 0) <= 256)).toBe(true);
  });

  it("names what is too long for ECS instead of asking for it", () => {
    const job = { ...request.job, key: "\u0001".repeat(1024), versionId: "v".repeat(1024) };
    const hostile = { ...request, job };
    expect(() => runTaskInput(hostile, tables, site)).toThrow(
      /overrides have \d+ characters, ECS takes 8192/,
    );
  });

  it("runs a pipeline's own container where it has one, and tells every container its time", () => {
    const lines = { ...tables, name: "lines", timeoutSeconds: 90 };
    const input = runTaskInput(request, lines, site);
    expect(input.taskDefinition).toBe("lines-family");
    const [override] = input.overrides?.containerOverrides ?? [];
    expect(override?.name).toBe("lines");
    expect(JSON.parse(override?.environment?.[0]?.value ?? "")).toMatchObject({ timeoutSeconds: 90 });
    expect(runTaskInput(request, tables, site).taskDefinition).toBe("processor");
  });

  it("is the same request whenever it is asked for, as its token demands", () => {
    expect(runTaskInput({ ...request }, tables, site)).toEqual(runTaskInput(request, tables, site));
  });

  it("gives the same token to the same request and another to each attempt and refusal", () => {
    const tokens = [request, { ...request, attempt: 3 }, { ...request, refusals: 1 }].map(clientTokenFor);
    expect(new Set(tokens).size).toBe(3);
    expect(clientTokenFor({ ...request })).toBe(tokens[0]);
  });
});

describe("attemptSize", () => {
  it("rounds a raised memory up to a size that Fargate has", () => {
    expect(attemptSize({ ...request, memoryMiB: 12_000 }, tables)).toMatchObject({
      cpu: 2048,
      memoryMiB: 12_288,
    });
  });
  it("never shrinks below the pipeline's own size", () => {
    expect(attemptSize({ ...request, memoryMiB: 512 }, tables)).toMatchObject({ cpu: 1024, memoryMiB: 2048 });
  });
});

describe("tagValue", () => {
  it("replaces what ECS refuses in tags", () => {
    expect(tagValue("b/ä ö+1%?*.csv")).toBe("b/ä ö+1___.csv");
  });
});
