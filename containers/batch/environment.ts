import { z } from "zod";
import { HOUR_VARIABLE } from "../../events/batch/batch-request.ts";
import { hour } from "../../events/batch/hour.ts";
import { capacityProvider, pipelines, taskSize } from "../../events/pipeline.ts";
import { architecture } from "../../events/prices.ts";
import { json, readEnvironment, type Variables } from "../kit/read-environment.ts";

const seconds = z.coerce.number().int();

const environment = z.object({
  JOBS_TABLE: z.string().min(1),
  OBJECTS_TABLE: z.string().min(1),
  /** The batch's own: lease, watermark, rollups. */
  BATCH_TABLE: z.string().min(1),
  UPLOADS_BUCKET: z.string().min(3),
  RESULTS_BUCKET: z.string().min(3),
  JOBS_QUEUE_URL: z.url(),
  LAUNCH_QUEUE_URL: z.url(),
  PIPELINES: json(pipelines),
  ARCHITECTURE: architecture,
  /** Of the instances, where there are some. */
  INSTANCE_TYPE: z.string().min(1).optional(),
  /** A worker's size, where it runs, and how many objects it takes at once. */
  WORKER: json(
    z.strictObject({ size: taskSize, capacity: capacityProvider, places: z.int().min(1).max(256) }),
  ),
  /** Only this hour, by hand. */
  [HOUR_VARIABLE]: hour.optional(),
  /** For which nobody else takes over from a batch that gives no sign of life. */
  LONGSHORE_LEASE_SECONDS: seconds.min(2).max(3_600).default(60),
  /** An upload without a job that is younger is on its way. */
  LONGSHORE_GRACE_SECONDS: seconds.min(0).max(86_400).default(900),
  /** Pages of 1,000 object versions that one run walks on through the bucket. */
  LONGSHORE_WALK_PAGES: z.coerce.number().int().min(1).max(100_000).default(500),
  /** Folder of a mounted file system where tasks save their progress. */
  LONGSHORE_CHECKPOINT_DIR: z.string().startsWith("/").optional(),
  /** Set by the ECS agent. */
  ECS_CONTAINER_METADATA_URI_V4: z.url(),
});
export type BatchEnvironment = z.output<typeof environment>;

/** @throws EnvironmentError naming each variable, what it holds and what it takes */
export function batchEnvironment(variables: Variables): BatchEnvironment {
  return readEnvironment(environment, variables);
}
