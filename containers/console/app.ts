import { randomUUID } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { Hono } from "hono";
import type { Pipeline } from "../../events/pipeline.ts";
import { createHealth } from "./health/health.ts";
import type { JobsInTable } from "./jobs/read-hour.ts";
import { jobRoutes } from "./jobs/routes.ts";
import type { JobFeed } from "./live/job-feed.ts";
import { liveRoutes } from "./live/routes.ts";
import type { ConsoleLog } from "./log.ts";
import { pageRoutes } from "./page-files.ts";
import { faultResponse, Problem, problemResponse } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";
import { uploadOrigin } from "./uploads/presign-upload.ts";
import { uploadRoutes } from "./uploads/routes.ts";

export interface ConsoleServices {
  readonly jobs: JobsInTable;
  readonly s3: S3Client;
  /** Signs for the address at which browsers reach S3. */
  readonly publicS3: S3Client;
  readonly uploadsBucket: string;
  readonly resultsBucket: string;
  readonly pipelines: readonly Pipeline[];
  readonly feed: JobFeed;
  readonly log: ConsoleLog;
  readonly now: () => Date;
  /** Aborted when the service is to end. */
  readonly stopping: AbortSignal;
}

/** The console as a function of requests: the page, the API under `/api`, and `/health`. */
export function createApp(services: ConsoleServices): Hono {
  const { jobs, s3, publicS3, uploadsBucket, resultsBucket, pipelines, now } = services;
  const uploads = { s3: publicS3, bucket: uploadsBucket, pipelines };
  const health = createHealth({
    dynamo: jobs.client,
    jobsTable: jobs.jobsTable,
    s3,
    buckets: [uploadsBucket, resultsBucket],
  });

  const app = new Hono();
  app.get("/health", async (context) => {
    const report = await health();
    return context.json(report, report.healthy ? 200 : 503);
  });
  app.use(securityHeaders(onceDone(() => uploadOrigin(uploads))));
  app.route("/", pageRoutes());
  app.use("/api/*", async (context, next) => {
    await next();
    context.header("cache-control", "no-store");
  });
  app.route("/api", uploadRoutes(uploads, now));
  app.route("/api", jobRoutes({ ...jobs, s3, publicS3 }, now));
  app.route("/api", liveRoutes(services.feed, services.stopping));
  app.notFound((context) =>
    problemResponse(
      context,
      new Problem(404, "address", `${context.req.method} ${context.req.path}`, "there is nothing here"),
    ),
  );
  app.onError((error, context) => {
    if (error instanceof Problem) return problemResponse(context, error);
    const requestId = randomUUID();
    services.log("console.request-failed", {
      requestId,
      method: context.req.method,
      path: context.req.path,
      error: error.name,
      message: error.message,
      stack: error.stack,
    });
    return faultResponse(context, requestId);
  });
  return app;
}

/** Remembers the first success; a failure is tried again the next time. */
function onceDone<Result>(task: () => Promise<Result>): () => Promise<Result> {
  let done: Promise<Result> | undefined;
  return () => {
    done ??= task().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
