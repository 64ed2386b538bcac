import * as z from "zod";
import { jobItem } from "./job.ts";

/** A launch that waits in the launch queue: refused so far, or the next attempt of a job. */
export const launchRequest = z.object({
  kind: z.literal("launch"),
  job: jobItem.pick({
    jobId: true,
    pipeline: true,
    lane: true,
    bucket: true,
    key: true,
    versionId: true,
    etag: true,
    size: true,
    sequencer: true,
  }),
  /** The attempt to launch; counts from 1. */
  attempt: z.int().min(1),
  /** Which of the pipeline's capacity providers to try, by index. */
  provider: z.int().min(0),
  /** How often this attempt has been refused. */
  refusals: z.int().min(0),
  /** At least this much memory, after an attempt that ran out of it. */
  memoryMiB: z.int().positive().optional(),
  /** The turn that the launch budget has given this launch; before it no task is asked for. ISO 8601. */
  notBefore: z.string().optional(),
});
export type LaunchRequest = z.infer<typeof launchRequest>;
