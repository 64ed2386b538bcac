import { z } from "@hono/zod-openapi";
import { failureCause, jobStatus, keyFacts } from "../../../../events/jobs/job.ts";
import { cursor, instant, jobId, nanoDollars } from "./common.ts";

/** A job as lists and live updates show it. */
export const job = z
  .strictObject({
    jobId,
    status: jobStatus,
    pipeline: z.string(),
    lane: z.enum(["pooled", "dedicated"]),
    bucket: z.string(),
    key: z.string(),
    /** The end of the key, as the file was called. Text, never markup. */
    name: z.string(),
    versionId: z.string().optional(),
    /** Bytes. */
    size: z.int(),
    /** Counts from 1; 0 before the first. */
    attempt: z.int(),
    taskArn: z.string().optional(),
    createdAt: instant,
    updatedAt: instant,
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
    /** While `queued`: what the job waits for. */
    waitingFor: z.string().optional(),
    progress: z.strictObject({ percent: z.number().min(0).max(100), step: z.string() }).optional(),
    supersededBy: z.string().optional(),
    facts: keyFacts.optional(),
    failure: z.strictObject({ cause: failureCause, message: z.string() }).optional(),
    /** Whether there is a result document to ask for. */
    hasResult: z.boolean(),
  })
  .openapi("Job");
export type Job = z.output<typeof job>;

export const jobsQuery = z.strictObject({
  status: jobStatus.optional(),
  pipeline: z.string().min(1).max(32).optional(),
  /** Somewhere in the key, whatever the case; or a job's whole id. */
  text: z.string().min(1).max(200).optional(),
  /** Jobs that became known from this instant on. */
  from: instant.optional(),
  /** Jobs that became known before this instant. */
  to: instant.optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number("a number from 1 to 200").int().min(1).max(200).default(50),
});
export type JobsQuery = z.output<typeof jobsQuery>;

export const jobList = z
  .strictObject({
    /** Newest first; may be fewer than asked for, even none, while there is a cursor. */
    jobs: z.array(job),
    /** Goes on from here; absent when there is nothing further back. */
    cursor: cursor.optional(),
    /** Everything since this instant that fits is in this answer or an earlier one. */
    searchedTo: instant,
  })
  .openapi("JobList");
export type JobList = z.output<typeof jobList>;

/** One attempt at a job, as far as it is on record. */
export const attempt = z
  .strictObject({
    /** Counts from 1. */
    attempt: z.int().positive(),
    state: z.enum(["launched", "running", "succeeded", "failed", "superseded"]),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    taskArn: z.string().optional(),
    /** Where it ran, and on how much: CPU units, MiB. */
    capacity: z.string().optional(),
    cpu: z.int().optional(),
    memoryMiB: z.int().optional(),
    cause: failureCause.optional(),
    /** Why it ended, in ECS's or the container's words. */
    reason: z.string().optional(),
    /** What the platform did about it. */
    outcome: z.string().optional(),
    /** For administrators: the incident that it became. */
    incidentId: z.string().optional(),
  })
  .openapi("Attempt");
export type Attempt = z.output<typeof attempt>;

/** Of a finished job: what its task time cost, by the price table of the deployment. */
export const jobCost = z
  .strictObject({
    taskMs: z.int(),
    cost: nanoDollars,
    /** The same work with a task of its own for each attempt. */
    onePerObject: nanoDollars,
    /** It follows from the pipeline and the deployment, because the job's item has none. */
    estimated: z.boolean(),
  })
  .openapi("JobCost");

export const timelineEntry = z.strictObject({ at: instant, what: z.string() }).openapi("TimelineEntry");

export const jobDetail = z
  .strictObject({
    job,
    attempts: z.array(attempt),
    /** What happened, in order, in plain words. */
    timeline: z.array(timelineEntry),
    cost: jobCost.optional(),
    /** Whether it can be replayed, by an administrator: it has failed. */
    replayable: z.boolean(),
  })
  .openapi("JobDetail");
export type JobDetail = z.output<typeof jobDetail>;

/** The whole result document: docs/results has a JSON Schema for each analyzer. */
export const jobResult = z.looseObject({}).openapi("JobResult");

/** A file that an analysis made, at S3's own origin. Always an attachment: it is never shown as a page. */
export const jobFile = z
  .strictObject({
    name: z.string(),
    /** As S3 says it when asked by this link. */
    contentType: z.string(),
    /** Bytes; of the result document unknown, and absent. */
    size: z.int().optional(),
    /** `image`: may be the source of an `<img>`. */
    kind: z.enum(["image", "file", "result"]),
    url: z.url(),
    expiresAt: instant,
  })
  .openapi("JobFile");
export type JobFile = z.output<typeof jobFile>;
export const jobFiles = z.strictObject({ files: z.array(jobFile) }).openapi("JobFiles");

export const logLine = z
  .strictObject({ at: instant, text: z.string(), container: z.string() })
  .openapi("LogLine");
export type LogLine = z.output<typeof logLine>;

export const logQuery = z.strictObject({
  /** Only lines after those of an earlier answer. */
  cursor: cursor.optional(),
  limit: z.coerce.number("a number from 1 to 1000").int().min(1).max(1_000).default(200),
});

export const jobLog = z
  .strictObject({
    /** Oldest first. */
    lines: z.array(logLine),
    /** To ask for later lines; absent while the job has no task. */
    cursor: cursor.optional(),
    /** There are more lines already: ask again at once. */
    more: z.boolean(),
  })
  .openapi("JobLog");
export type JobLog = z.output<typeof jobLog>;

export const replayedJob = z.strictObject({ job }).openapi("ReplayedJob");
