import * as z from "zod";

const name = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "lower-case letters, digits and hyphens, at most 32");

/** What one task gets: CPU units (1,024 = one vCPU), memory in MiB, ephemeral storage in GiB. */
export const taskSize = z.strictObject({
  cpu: z.int().positive(),
  memoryMiB: z.int().positive(),
  /** 21–200 on Fargate when set; 20 GiB come with every task. */
  ephemeralStorageGiB: z.int().min(21).max(200).optional(),
});
export type TaskSize = z.infer<typeof taskSize>;

export const capacityProvider = z.enum(["FARGATE_SPOT", "FARGATE", "EC2"]);
export type CapacityProvider = z.infer<typeof capacityProvider>;

const ofAnyContainer = {
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  /** Whether it may write to /tmp alone, for which its image says `VOLUME /tmp`; by default it may write anywhere. */
  readonlyRootFilesystem: z.boolean().optional(),
};

/**
 * A container of a pipeline's own, in any language. It is closed from its stopped-task event alone, so that it needs
 * no code of ours: docs/task-contract.md.
 */
export const pipelineContainer = z.union([
  z.strictObject({
    /** Folder with a Dockerfile and all that it copies: relative to the repository, or absolute. */
    directory: z.string().min(1),
    ...ofAnyContainer,
  }),
  z.strictObject({
    /** Image in a registry that the task can reach, such as `public.ecr.aws/…/name:tag`. */
    image: z.string().min(1),
    ...ofAnyContainer,
  }),
]);
export type PipelineContainer = z.infer<typeof pipelineContainer>;

/** A pipeline as functions and containers know it; it crosses to them as JSON in their environment. */
export const pipeline = z.strictObject({
  name,
  /** Key prefix; empty takes every prefix. */
  prefix: z.string(),
  /** Key endings, compared without case; empty takes every ending. */
  suffixes: z.array(z.string().min(1)),
  /** Objects of more bytes than this get a task of their own; 0 gives every object one. */
  dedicatedAboveBytes: z.int().nonnegative(),
  /** Task size by object size: the first step whose `upToBytes` holds the object, else the last. */
  sizes: z.array(z.strictObject({ upToBytes: z.int().positive().optional(), size: taskSize })).min(1),
  /** After running out of memory a job is tried again with twice as much, up to this. */
  memoryCeilingMiB: z.int().positive(),
  /** Providers in the order in which they are tried. */
  capacity: z.array(capacityProvider).min(1),
  /** How often an object is tried in all before its job has failed. */
  maxAttempts: z.int().min(1).max(10),
  /** A task that has had its job for this many seconds is stopped, and the job counted as failed. */
  timeoutSeconds: z.int().min(60),
  /** Runs instead of the processor; such a pipeline gives every object a task of its own. */
  container: pipelineContainer.optional(),
});
export type Pipeline = z.infer<typeof pipeline>;

export const pipelines = z.array(pipeline).min(1);

/** The lane that an object takes. */
export type Lane = "pooled" | "dedicated";
