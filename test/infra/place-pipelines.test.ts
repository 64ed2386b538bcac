import { describe, expect, it } from "vitest";
import type { Pipeline } from "../../events/pipeline.ts";
import { ConfigError, parseConfig } from "../../infra/config.ts";
import { instanceSize } from "../../infra/instance-size.ts";
import { placePipelines } from "../../infra/place-pipelines.ts";

const pipeline: Pipeline = {
  name: "generic",
  prefix: "",
  suffixes: [],
  dedicatedAboveBytes: 100,
  sizes: [{ size: { cpu: 2048, memoryMiB: 4096 } }],
  memoryCeilingMiB: 30_720,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: 3,
  timeoutSeconds: 60,
};
const place = (settings: object, more: Partial<Pipeline> = {}) =>
  placePipelines([{ ...pipeline, ...more }], parseConfig(settings));

describe("where a pipeline's tasks may run", () => {
  it("is what it says, where all is Fargate or both are there", () => {
    expect(place({})).toEqual([pipeline]);
    expect(place({ compute: "mixed" })).toEqual([pipeline]);
    expect(place({ compute: "mixed" }, { capacity: ["EC2", "FARGATE"] })[0]?.capacity).toEqual([
      "EC2",
      "FARGATE",
    ]);
  });

  it("is on demand in the place of Spot, where there is to be none", () => {
    expect(place({ spot: false })[0]?.capacity).toEqual(["FARGATE"]);
    const [mixed] = place({ spot: false, compute: "mixed" }, { capacity: ["FARGATE_SPOT", "EC2"] });
    expect(mixed?.capacity).toEqual(["FARGATE", "EC2"]);
  });

  it("is instances alone with compute ec2, with no more memory than one has", () => {
    expect(place({ compute: "ec2", instanceType: "m7i.large" })).toEqual([
      {
        ...pipeline,
        capacity: ["EC2"],
        memoryCeilingMiB: instanceSize(parseConfig({ instanceType: "m7i.large" })).memoryMiB,
      },
    ]);
  });

  it.each<[string, object, Partial<Pipeline>, RegExp]>([
    [
      "instances that there are not",
      {},
      { capacity: ["EC2"] },
      /"generic" asks for EC2, and there are no instances/,
    ],
    [
      "a task that no instance holds",
      { compute: "ec2", instanceType: "c7i.large" },
      {},
      /2048 CPU units and 4096 MiB fits on no c7i\.large, which has 2048 and 3553 for tasks/,
    ],
  ])("is refused for %s", (_, settings, more, message) => {
    expect(() => place(settings, more)).toThrow(message);
  });
});

describe("an instance type", () => {
  it.each([
    ["m7g.large", "arm64", 2048, 8192],
    ["m7i.xlarge", "x86_64", 4096, 16_384],
    ["r8g.2xlarge", "arm64", 8192, 65_536],
    ["c6a.4xlarge", "x86_64", 16_384, 32_768],
  ])("%s has its vCPUs and most of its memory for tasks", (instanceType, architecture, cpu, nominal) => {
    const size = instanceSize(parseConfig({ instanceType, architecture }));
    expect(size.cpu).toBe(cpu);
    expect(size.memoryMiB).toBeGreaterThan(nominal * 0.85);
    expect(size.memoryMiB).toBeLessThan(nominal * 0.93);
  });

  it("runs containers of its own architecture alone", () => {
    expect(() => instanceSize(parseConfig({ instanceType: "m7g.large" }))).toThrow(ConfigError);
    expect(() => parseConfig({ instanceType: "t3.micro" })).toThrow(/instanceType: is a compute/);
  });
});
