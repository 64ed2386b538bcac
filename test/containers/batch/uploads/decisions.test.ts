import { describe, expect, it } from "vitest";
import { dayPrefixes } from "../../../../containers/batch/uploads/check-recent.ts";
import { uploadOf } from "../../../../containers/batch/uploads/object-version.ts";
import { judge } from "../../../../containers/batch/uploads/patience.ts";
import { type Remedy, remedyFor } from "../../../../containers/batch/uploads/stuck.ts";
import { orderableSequencer } from "../../../../events/aws/sequencer.ts";
import type { JobItem } from "../../../../events/jobs/job.ts";
import { jobIdOf } from "../../../../events/jobs/job-id.ts";
import { jobMessage } from "../../../../events/jobs/job-message.ts";
import { jobMessageFor, sequencerAfter } from "../../../../events/jobs/upload-event.ts";
import { testPipelines } from "../../support/pipelines.ts";
import { jobOf } from "../support.ts";

const MINUTE = 60_000;
const HOUR_MS = 60 * MINUTE;
const NOW = Date.parse("2026-11-22T14:05:00.000Z");
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const pipelines = testPipelines();

describe("something that has not moved on", () => {
  it.each([
    [5 * MINUTE, 0, "young"],
    [20 * MINUTE, 0, "lost"],
    [20 * MINUTE, 7, "waiting"],
    [5 * HOUR_MS, 7, "waiting"],
    [7 * HOUR_MS, 7, "lost"],
  ] as const)("for %d ms, behind %d messages, is %s", (age, queued, verdict) => {
    expect(judge(age, { graceSeconds: 900, queued })).toBe(verdict);
  });
});

describe("an open job", () => {
  const remedy = (change: Partial<JobItem>, queued = 0): Remedy | undefined =>
    remedyFor(jobOf({ finishedAt: undefined, ...change }), pipelines[0], NOW, {
      jobs: { graceSeconds: 900, queued },
      launches: { graceSeconds: 900, queued },
    });
  const long = ago(30 * MINUTE);
  const dedicated = { lane: "dedicated" } as const;

  it.each<[string, Partial<JobItem>, Remedy | undefined]>([
    [
      "pooled, with a lease that runs",
      { status: "running", leaseUntil: ago(-MINUTE), updatedAt: long },
      undefined,
    ],
    ["pooled, with a lease long past", { status: "running", leaseUntil: long }, { kind: "message" }],
    ["pooled, handed back long ago", { status: "queued", updatedAt: long }, { kind: "message" }],
    ["pooled, handed back just now", { status: "queued", updatedAt: ago(MINUTE) }, undefined],
    [
      "dedicated, never launched",
      { ...dedicated, status: "accepted", attempt: 0, updatedAt: long },
      { kind: "launch", attempt: 1 },
    ],
    [
      "dedicated, waiting for its third attempt",
      { ...dedicated, status: "queued", attempt: 2, updatedAt: long },
      { kind: "launch", attempt: 3 },
    ],
    [
      "dedicated, running towards its deadline",
      { ...dedicated, status: "running", deadline: ago(-MINUTE), updatedAt: long },
      undefined,
    ],
    [
      "dedicated, running without a deadline",
      { ...dedicated, status: "running", startedAt: "2026-11-22T13:00:00.000Z" },
      { kind: "watch", deadline: "2026-11-22T13:06:00.000Z" },
    ],
    ["final", { status: "succeeded", updatedAt: long }, undefined],
  ])("%s", (_, change, expected) => {
    expect(remedy(change)).toEqual(expected);
  });

  it("behind a backlog waits for its own message", () => {
    expect(remedy({ status: "queued", updatedAt: long }, 50)).toBeUndefined();
  });
});

describe("an upload in a listing", () => {
  const version = {
    Key: "2026/11/22/x/a.csv",
    VersionId: "v1",
    ETag: '"0123"',
    Size: 10,
    LastModified: new Date(NOW),
    IsLatest: true,
  };

  it("has the job that its event makes", () => {
    const object = { bucket: "uploads", key: version.Key, versionId: "v1", etag: "0123" };
    expect(uploadOf("uploads", version, pipelines)).toEqual({
      jobId: jobIdOf(object, "tables"),
      pipeline: "tables",
      lane: "pooled",
      object,
      size: 10,
      modifiedAt: NOW,
      inParts: false,
    });
  });

  it("is told apart when it is large, came in parts, was replaced, or has no version", () => {
    expect(uploadOf("b", { ...version, Size: 9e6, ETag: '"01-7"' }, pipelines)).toMatchObject({
      lane: "dedicated",
      inParts: true,
    });
    expect(uploadOf("b", { ...version, IsLatest: false }, pipelines)).toBeUndefined();
    expect(uploadOf("b", { ...version, VersionId: "null" }, pipelines)).toBe("unversioned");
  });

  it("is looked for under the days since the last run, and the one before midnight", () => {
    const at = (time: string) => Date.parse(`${time}:00Z`);
    expect(dayPrefixes(at("2026-11-22T13:05"), at("2026-11-22T14:05"))).toEqual(["2026/11/22/"]);
    expect(dayPrefixes(at("2026-11-23T00:05"), at("2026-11-23T01:05"))).toEqual([
      "2026/11/22/",
      "2026/11/23/",
    ]);
    expect(dayPrefixes(at("2026-11-21T02:00"), at("2026-11-23T01:05"))).toHaveLength(3);
  });
});

describe("the message for an upload", () => {
  it("is what a rule would have sent: it makes the same job", () => {
    const job = { ...jobOf(), versionId: "v1" };
    const message = jobMessage.parse(
      jobMessageFor(job, { arn: "arn:aws:ecs:eu-west-1:111122223333:task/c/t", reason: "HourlyBatch" }, NOW),
    );
    const { bucket, object } = message.event.detail;
    const version = {
      bucket: bucket.name,
      key: object.key,
      versionId: object["version-id"],
      etag: object.etag,
    };
    expect(jobIdOf(version, message.pipeline)).toBe(jobIdOf({ ...job, versionId: "v1" }, "tables"));
    expect(message.event).toMatchObject({ account: "111122223333", region: "eu-west-1" });
  });

  it("comes after every version that has a job, and before any that S3 will make", () => {
    const known = orderableSequencer("00617F08299329D189");
    const lost = orderableSequencer(sequencerAfter(known));
    expect(lost > known).toBe(true);
    expect(lost < orderableSequencer("00617F08299329D18A")).toBe(true);
    expect(orderableSequencer(sequencerAfter(undefined)) < known).toBe(true);
  });
});
