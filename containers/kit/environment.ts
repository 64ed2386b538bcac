import { z } from "zod";
import { JOB_VARIABLE, jobRequest } from "../../events/jobs/job-request.ts";
import { capacityProvider, pipelines } from "../../events/pipeline.ts";
import { architecture } from "../../events/prices.ts";
import { json, readEnvironment, type Variables } from "./read-environment.ts";

const common = z.object({
  /** Table of jobs. */
  JOBS_TABLE: z.string().min(1),
  /** Table of the newest version of each key. */
  OBJECTS_TABLE: z.string().min(1),
  RESULTS_BUCKET: z.string().min(3),
  /** Folder, such as a mounted EFS access point, for the progress of long analyses; by default the results bucket keeps it. */
  LONGSHORE_CHECKPOINT_DIR: z.string().startsWith("/").optional(),
  /** Downloads of more bytes are kept there range by range, so that the next attempt need not read them again. */
  LONGSHORE_KEEP_DOWNLOADS_ABOVE_BYTES: z.coerce.number().int().min(0).optional(),
  /** Whether results of images say where they were taken. */
  LONGSHORE_IMAGE_LOCATION: z.stringbool().default(false),
  /** Set by the ECS agent. */
  ECS_CONTAINER_METADATA_URI_V4: z.url(),
  /** Set by the ECS agent; where a service's task asks for protection from scale-in. */
  ECS_AGENT_URI: z.url().optional(),
});

const dedicated = common.extend({ [JOB_VARIABLE]: json(jobRequest) });

const worker = common.extend({
  /** Where this task runs and for what it is built: what its seconds cost. */
  CAPACITY: capacityProvider,
  ARCHITECTURE: architecture,
  /** Of the instances, where there are some. */
  INSTANCE_TYPE: z.string().min(1).optional(),
  PIPELINES: json(pipelines),
  JOBS_QUEUE_URL: z.url(),
  JOBS_DEAD_LETTER_QUEUE_URL: z.url(),
  /** Takes what administrators are to hear of jobs that failed. */
  FAILED_JOBS_QUEUE_URL: z.url(),
  /** Objects in work at once; follows the task's CPU by default. */
  LONGSHORE_CONCURRENCY: z.coerce.number().int().min(1).max(256).optional(),
  /** Seconds for which a message and its job stay with this task without a sign of life. */
  LONGSHORE_LEASE_SECONDS: z.coerce.number().int().min(3).max(3600).default(60),
  /** Seconds without a message after which a burst worker ends; a service's worker stays. */
  LONGSHORE_LEAVE_AFTER_IDLE_SECONDS: z.coerce.number().positive().optional(),
});

export type CommonEnvironment = z.infer<typeof common>;
export type DedicatedEnvironment = z.infer<typeof dedicated>;
export type WorkerEnvironment = z.infer<typeof worker>;

/** @throws EnvironmentError naming each variable, what it holds and what it takes */
export function dedicatedEnvironment(variables: Variables): DedicatedEnvironment {
  return readEnvironment(dedicated, variables);
}

/** @throws EnvironmentError naming each variable, what it holds and what it takes */
export function workerEnvironment(variables: Variables): WorkerEnvironment {
  return readEnvironment(worker, variables);
}
