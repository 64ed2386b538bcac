import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderableSequencer } from "../../events/aws/sequencer.ts";
import { jobIdOf, objectIdOf } from "../../events/jobs/job-id.ts";

const object = { bucket: "b", key: "k", versionId: "v1", sequencer: "0A", etag: "e" };

describe("jobIdOf", () => {
  it("is the same for the same object version and pipeline", () => {
    expect(jobIdOf(object, "tables")).toBe(jobIdOf({ ...object }, "tables"));
    expect(jobIdOf(object, "tables")).toMatch(/^[0-9a-f]{64}$/);
  });

  it("goes by version id, else sequencer, else ETag", () => {
    const { versionId, ...unversioned } = object;
    const { sequencer, ...bare } = unversioned;
    expect(jobIdOf({ ...object, sequencer: "0B", etag: "f" }, "p")).toBe(jobIdOf(object, "p"));
    expect(jobIdOf({ ...unversioned, etag: "f" }, "p")).toBe(jobIdOf(unversioned, "p"));
    expect(jobIdOf({ ...unversioned, sequencer: "0B" }, "p")).not.toBe(jobIdOf(unversioned, "p"));
    expect(jobIdOf({ ...bare, etag: "f" }, "p")).not.toBe(jobIdOf(bare, "p"));
  });

  it("never mixes up its parts, whatever characters they contain", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.tuple(text, text), fc.tuple(text, text), ([bucket, key], [otherBucket, otherKey]) => {
        fc.pre(bucket !== otherBucket || key !== otherKey);
        return objectIdOf({ bucket, key }, "p") !== objectIdOf({ bucket: otherBucket, key: otherKey }, "p");
      }),
    );
  });
});

describe("orderableSequencer", () => {
  it("orders as S3 documents: the shorter right-padded with zeros, then as text", () => {
    const ordered = ["00", "0055AED6DCD90281E5", "0055AED6DCD90281E51", "0055AED6DCD90281E6", "1"];
    const keys = ordered.map(orderableSequencer);
    expect([...keys].reverse().sort()).toEqual(keys);
    expect(orderableSequencer("0a")).toBe(orderableSequencer("0A0"));
  });
});
