import type { NewJob } from "../../../events/jobs/transitions.ts";
import type { Pipeline } from "../../../events/pipeline.ts";

export const JOB_ID = "a47b6e6d2922bc94a35dce43de396cec169ab5fe1e47bfd5b4b6b21f617e2409";

export const smallPipeline: Pipeline = {
  name: "tables",
  prefix: "",
  suffixes: [".csv"],
  dedicatedAboveBytes: 0,
  sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
  memoryCeilingMiB: 8192,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: 2,
  timeoutSeconds: 60,
};

export function newJob(more: Partial<NewJob> = {}): NewJob {
  return {
    jobId: JOB_ID,
    pipeline: "tables",
    lane: "dedicated",
    bucket: "uploads",
    key: "a.csv",
    etag: "e",
    size: 1,
    sequencer: "0A",
    ...more,
  };
}
