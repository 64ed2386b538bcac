import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Hono } from "hono";
import { z } from "zod";
import { type JobItem, jobStatus } from "../../../events/jobs/job.ts";
import { readJob } from "../../../events/jobs/job-table.ts";
import { Problem, parseInput, shown } from "../problem.ts";
import { hour, readCursor } from "./cursor.ts";
import { listJobs } from "./list-jobs.ts";
import type { JobsInTable } from "./read-hour.ts";

/** Seconds for which a link to a result document works. */
const LINK_VALID_SECONDS = 15 * 60;

const listQuery = z.strictObject({
  hour: hour.optional(),
  status: jobStatus.optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number("a number from 1 to 200").int().min(1).max(200).default(50),
});

export interface JobsPlace extends JobsInTable {
  readonly s3: S3Client;
  /** Signs for the address at which browsers reach S3. */
  readonly publicS3: S3Client;
}

/** `GET /jobs`, `GET /jobs/:id` and `GET /jobs/:id/result`. */
export function jobRoutes(place: JobsPlace, now: () => Date): Hono {
  return new Hono()
    .get("/jobs", async (context) => {
      const { cursor: text, ...query } = parseInput(listQuery, context.req.query(), 400);
      const cursor = text === undefined ? undefined : readCursor(text);
      if (cursor && query.hour !== undefined && cursor.hour !== query.hour) {
        throw new Problem(400, "cursor", shown(text), `it is a cursor of the hour ${query.hour}`);
      }
      return context.json(await listJobs(place, { ...query, cursor }, now()));
    })
    .get("/jobs/:id", async (context) => {
      const job = await jobOf(place, context.req.param("id"));
      return context.json({ job, ...(job.result ? { result: await linkTo(place, job.result, now()) } : {}) });
    })
    .get("/jobs/:id/result", async (context) => {
      const job = await jobOf(place, context.req.param("id"));
      if (!job.result) {
        throw new Problem(404, "the result of this job", `not there while it is ${job.status}`, RESULT_RULE);
      }
      const document = await resultOf(place, job.result);
      return context.body(document, 200, { "content-type": "application/json" });
    });
}

const RESULT_RULE = "a job has a result once it has succeeded";

async function jobOf(place: JobsPlace, id: string): Promise<JobItem> {
  if (!/^[0-9a-f]{64}$/.test(id)) {
    throw new Problem(400, "job id", shown(id), "it has 64 hexadecimal digits, lower case");
  }
  const job = await readJob(place, id);
  if (!job) throw new Problem(404, "job", shown(id), "there is no job of this id");
  return job;
}

async function linkTo({ publicS3 }: JobsPlace, { bucket, key }: { bucket: string; key: string }, now: Date) {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentType: "application/json" });
  return {
    url: await getSignedUrl(publicS3, command, { expiresIn: LINK_VALID_SECONDS }),
    expiresAt: new Date(now.getTime() + LINK_VALID_SECONDS * 1000).toISOString(),
  };
}

async function resultOf(
  { s3 }: JobsPlace,
  { bucket, key }: { bucket: string; key: string },
): Promise<ReadableStream> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body) return Body.transformToWebStream() as ReadableStream;
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
  }
  throw new Problem(404, "the result document", shown(key), "it has been removed from the results bucket");
}
