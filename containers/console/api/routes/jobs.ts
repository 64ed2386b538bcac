import { createRoute, z } from "@hono/zod-openapi";
import { jobId } from "../schemas/common.ts";
import {
  jobDetail,
  jobFiles,
  jobList,
  jobLog,
  jobResult,
  jobsQuery,
  logQuery,
  replayedJob,
} from "../schemas/jobs.ts";
import { access, answers } from "./describe.ts";

const tags = ["Jobs"];
const params = z.strictObject({ jobId });

export const listJobs = createRoute({
  method: "get",
  path: "/api/jobs",
  operationId: "listJobs",
  summary: "Jobs, newest first",
  tags,
  ...access("uploader"),
  request: { query: jobsQuery },
  responses: answers(200, "A page of jobs", jobList, 400, 401),
});

export const readJob = createRoute({
  method: "get",
  path: "/api/jobs/{jobId}",
  operationId: "readJob",
  summary: "A job, its attempts and its cost",
  tags,
  ...access("uploader"),
  request: { params },
  responses: answers(200, "The job", jobDetail, 400, 401, 404),
});

export const readResult = createRoute({
  method: "get",
  path: "/api/jobs/{jobId}/result",
  operationId: "readResult",
  summary: "The result document of a job",
  tags,
  ...access("uploader"),
  request: { params },
  responses: answers(200, "The result document", jobResult, 400, 401, 404),
});

export const listFiles = createRoute({
  method: "get",
  path: "/api/jobs/{jobId}/files",
  operationId: "listFiles",
  summary: "Links to what the analysis made: thumbnails, documents, the result document",
  tags,
  ...access("uploader"),
  request: { params },
  responses: answers(200, "The files; none while there is no result", jobFiles, 400, 401, 404),
});

export const readLog = createRoute({
  method: "get",
  path: "/api/jobs/{jobId}/log",
  operationId: "readLog",
  summary: "Log lines of the task that has or had the job",
  tags,
  ...access("uploader"),
  request: { params, query: logQuery },
  responses: answers(200, "Log lines, oldest first", jobLog, 400, 401, 404),
});

export const replayJob = createRoute({
  method: "post",
  path: "/api/jobs/{jobId}/replay",
  operationId: "replayJob",
  summary: "Try a failed job again",
  tags,
  ...access("administrator"),
  request: { params },
  responses: answers(202, "The job waits for its next attempt", replayedJob, 400, 401, 403, 404, 409),
});
