import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lane, Pipeline } from "../../events/pipeline.ts";
import { laneFor, pipelineForKey } from "../../events/routing.ts";
import { pipelines } from "../../infra/pipelines.ts";
import { MAX_PATTERN_CHARACTERS, objectCreatedPattern } from "../../infra/upload-patterns.ts";
import { flatten } from "../../local/eventbridge/pattern/flatten.ts";
import { matches } from "../../local/eventbridge/pattern/match.ts";
import { compilePattern } from "../../local/eventbridge/pattern/pattern.ts";

const GiB = 1024 ** 3;
const LANES: Lane[] = ["pooled", "dedicated"];
const withPrefix: Pipeline = {
  ...(pipelines[0] as Pipeline),
  name: "scans",
  prefix: "scans/*/",
  suffixes: [".tif"],
};

/** The rules that an upload fires, as `pipeline lane`. */
function fired(all: readonly Pipeline[], object: { key: string; size: number; reason?: string }): string[] {
  const event = flatten({
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: {
      bucket: { name: "uploads" },
      object: { key: object.key, size: object.size, etag: "e", sequencer: "0A" },
      reason: object.reason ?? "PutObject",
    },
  });
  return all.flatMap((pipeline) =>
    LANES.filter((lane) => {
      const pattern = JSON.stringify(objectCreatedPattern("uploads", pipeline, lane, all));
      return matches(compilePattern(pattern), event);
    }).map((lane) => `${pipeline.name} ${lane}`),
  );
}

describe("the rules of the upload lanes", () => {
  it.each([
    ["a.csv", 10, ["tables pooled"]],
    ["a.CSV", 10, ["tables pooled"]],
    ["in/reports.v2/a.csv.gz", 100e6, ["tables dedicated"]],
    ["photo.png", 10, ["images pooled"]],
    ["scan.TIFF", 33 * 2 ** 20, ["images dedicated"]],
    ["book.pdf", 10, ["documents pooled"]],
    ["dump.csv.zst", 10, ["tables pooled"]],
    ["backup.tar.gz", 100e6, ["archives dedicated"]],
    ["backup.gz", 10, ["generic pooled"]],
    ["film.mp4", 200e6, ["media pooled"]],
    ["film.mp4", 2e9, ["media dedicated"]],
    ["firmware.bin", 10, ["generic pooled"]],
    ["no extension", 100e6, ["generic dedicated"]],
    ["csv", 0, ["generic pooled"]],
  ])("send %s of %d bytes to %j", (key, size, expected) => {
    expect(fired(pipelines, { key, size })).toEqual(expected);
  });

  it("reach empty objects of a pipeline that gives every object a task", () => {
    const alone = { ...(pipelines[0] as Pipeline), dedicatedAboveBytes: 0 };
    const generic = pipelines.filter(({ name }) => name === "generic");
    expect(fired([alone, ...generic], { key: "a.csv", size: 0 })).toContain("tables dedicated");
    expect(fired([alone, ...generic], { key: "a.txt", size: 0 })).toEqual(["generic pooled"]);
  });

  it("reach objects beyond the numbers that EventBridge compares", () => {
    const huge = { size: 900 * GiB, reason: "CompleteMultipartUpload" };
    expect(fired(pipelines, { key: "a.parquet", ...huge })).toEqual(["tables dedicated"]);
    expect(fired(pipelines, { key: "a.iso", ...huge })).toEqual(["generic dedicated"]);
  });

  it("always fire the rule of the object's pipeline and lane, and another one only where its consumer can tell", () => {
    const ending = fc.constantFrom(".csv", ".CSV", ".cSv", ".json", ".tar", ".csv.gz", ".TIF", ".tif", "");
    const key = fc
      .tuple(fc.constantFrom("", "scans/*/", "scans/1/"), fc.string(), ending)
      .map((parts) => parts.join(""));
    const size = fc.oneof(fc.nat(200_000_000), fc.integer({ min: 0, max: 4 * GiB }));
    const all = [withPrefix, ...pipelines];
    fc.assert(
      fc.property(key, size, fc.constantFrom("PutObject", "CompleteMultipartUpload"), (key, size, reason) => {
        const owner = pipelineForKey(all, key) as Pipeline;
        const right = `${owner.name} ${laneFor(owner, size)}`;
        const rules = fired(all, { key, size, reason });
        expect(rules).toContain(right);
        const others = rules.filter((rule) => rule !== right);
        expect(
          others.every((rule) => !rule.startsWith(`${owner.name} `) || rule.endsWith(" dedicated")),
        ).toBe(true);
      }),
    );
  });

  it("stay inside EventBridge's limit on a pattern's size", () => {
    for (const pipeline of pipelines) {
      for (const lane of LANES) {
        const text = JSON.stringify(objectCreatedPattern("x".repeat(63), pipeline, lane, pipelines));
        expect(text.length).toBeLessThanOrEqual(MAX_PATTERN_CHARACTERS);
      }
    }
  });
});
