import { describe, expect, it } from "vitest";
import type { Pipeline } from "../../events/pipeline.ts";
import { checkPipelines, PipelinesError } from "../../infra/check-pipelines.ts";

const base: Pipeline = {
  name: "generic",
  prefix: "",
  suffixes: [],
  dedicatedAboveBytes: 100,
  sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
  memoryCeilingMiB: 2048,
  capacity: ["FARGATE"],
  maxAttempts: 3,
  timeoutSeconds: 60,
};
const tables: Pipeline = { ...base, name: "tables", suffixes: [".csv"] };

function problems(...candidates: Pipeline[]): readonly string[] {
  try {
    checkPipelines(candidates);
    return [];
  } catch (error) {
    if (error instanceof PipelinesError) return error.problems;
    throw error;
  }
}

describe("checkPipelines", () => {
  it("takes pipelines that can all be reached", () => {
    expect(problems(tables, { ...base, name: "logs", prefix: "logs/", suffixes: [".log"] }, base)).toEqual(
      [],
    );
  });

  it.each<[string, Pipeline[], RegExp]>([
    [
      "a container of its own for objects that share a worker",
      [{ ...base, container: { image: "busybox:1" } }],
      /"generic" has a container of its own, .* dedicatedAboveBytes is 100, it must be 0/,
    ],
    [
      "an impossible size",
      [{ ...base, sizes: [{ size: { cpu: 256, memoryMiB: 4096 } }], memoryCeilingMiB: 8192 }],
      /"generic": Fargate has no size of 256 CPU units with 4096 MiB; 256 CPU units take 512 to 2048/,
    ],
    [
      "CPU units that Fargate has not",
      [{ ...base, sizes: [{ size: { cpu: 300, memoryMiB: 512 } }] }],
      /CPU units are one of 256, 512/,
    ],
    ["a name twice", [tables, tables, base], /"tables" is there twice/],
    ["no generic pipeline", [tables], /no pipeline "generic"/],
    [
      "two pipelines for one key",
      [tables, { ...base, name: "csvs", prefix: "in/", suffixes: [".CSV"] }, base],
      /"tables" and "csvs" overlap: both take keys that start with "in\/" and end with ".csv"/,
    ],
    [
      "an ending within another",
      [tables, { ...base, name: "odd", suffixes: ["x.csv"] }, base],
      /overlap.*"x.csv"/,
    ],
    ["a pipeline before generic that takes all", [{ ...base, name: "all" }, base], /"all" takes every key/],
    [
      "sizes out of order",
      [
        {
          ...base,
          sizes: [
            { size: { cpu: 256, memoryMiB: 512 } },
            { upToBytes: 5, size: { cpu: 256, memoryMiB: 512 } },
          ],
        },
      ],
      /must rise/,
    ],
    [
      "a size above its ceiling",
      [{ ...base, sizes: [{ size: { cpu: 1024, memoryMiB: 8192 } }] }],
      /above its memoryCeilingMiB of 2048/,
    ],
  ])("names %s", (_, candidates, expected) => {
    expect(problems(...candidates).join("\n")).toMatch(expected);
  });

  it("names everything at once", () => {
    expect(problems(tables, tables).length).toBeGreaterThan(1);
  });

  it("names a pipeline with more endings than a rule's pattern holds", () => {
    const suffixes = Array.from({ length: 80 }, (_, index) => `.ending${index}`);
    expect(problems({ ...tables, suffixes }, base)).toEqual([
      expect.stringMatching(
        /^pipeline "tables": its EventBridge pattern has \d+ characters, the limit is 2048; give it fewer suffixes than 80/,
      ),
    ]);
  });

  it("says so when the pipelines are too many for a task definition", () => {
    const many = Array.from({ length: 250 }, (_, index) => ({
      ...tables,
      name: `p${index}`,
      suffixes: [`.ending${index}x`],
    }));
    expect(problems(...many, base)).toEqual([
      expect.stringMatching(/^all pipelines together have \d+ characters as JSON, .* room for 49152$/),
    ]);
  });
});
