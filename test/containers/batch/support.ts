import type { CostBasis } from "../../../events/batch/job-cost.ts";
import type { JobItem } from "../../../events/jobs/job.ts";
import { testPipelines } from "../support/pipelines.ts";

export const HOUR = "2026-11-22T13";

export const basis: CostBasis = {
  pipelines: testPipelines(),
  architecture: "x86_64",
  worker: {
    size: { cpu: 1024, memoryMiB: 2048 },
    capacity: "FARGATE",
    architecture: "x86_64",
    places: 8,
  },
};

/** A job of the hour that took two seconds. */
export function jobOf(change: Partial<JobItem> = {}): JobItem {
  return {
    jobId: "j",
    status: "succeeded",
    pipeline: "tables",
    lane: "pooled",
    bucket: "uploads",
    key: "k.csv",
    etag: "e",
    size: 100,
    sequencer: "1",
    attempt: 1,
    taskArn: "arn:task/w",
    createdAt: `${HOUR}:10:00.000Z`,
    startedAt: `${HOUR}:10:00.000Z`,
    updatedAt: `${HOUR}:10:02.000Z`,
    finishedAt: `${HOUR}:10:02.000Z`,
    ...change,
  };
}
