import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { replayPlace } from "../../events/replay/service-clients.ts";
import { type ApiEnvironment, createApi } from "./api/api.ts";
import { openApiDocument } from "./api/contract.ts";
import { guard } from "./api/guard.ts";
import type { ConsoleClients } from "./clients.ts";
import { clusterRoutes } from "./cluster/routes.ts";
import type { ConsoleEnvironment } from "./environment.ts";
import { createHealth } from "./health/health.ts";
import { incidentRoutes } from "./incidents/routes.ts";
import { replay } from "./jobs/replay.ts";
import { jobRoutes } from "./jobs/routes.ts";
import type { ChangeFeed } from "./live/change-feed.ts";
import { liveRoutes } from "./live/routes.ts";
import type { ConsoleLog } from "./log.ts";
import { pageRoutes } from "./page-files.ts";
import { faultResponse, Problem, problemOf, problemResponse } from "./problem.ts";
import { reportRoutes } from "./reports/routes.ts";
import { securityHeaders } from "./security-headers.ts";
import { createIdentify } from "./sign-in/identify.ts";
import { oidcVerifier } from "./sign-in/oidc.ts";
import { signInRoutes } from "./sign-in/routes.ts";
import { FORM_MAX_BYTES, originOf } from "./uploads/presign-upload.ts";
import { uploadRoutes } from "./uploads/routes.ts";
import { Staging } from "./uploads/staging.ts";

export interface ConsoleServices {
  readonly environment: ConsoleEnvironment;
  readonly clients: ConsoleClients;
  readonly feed: ChangeFeed;
  readonly log: ConsoleLog;
  readonly now: () => Date;
  /** Aborted when the service is to end. */
  readonly stopping: AbortSignal;
}

/** Bytes above which the page sends a file in parts. */
const MULTIPART_ABOVE_BYTES = 100_000_000;

/** The console as a function of requests: the pages, the API under `/api`, and `/health`. */
export function createApp(services: ConsoleServices): Hono<ApiEnvironment> {
  const { environment, clients, feed, log, now, stopping } = services;
  const health = createHealth({ environment, clients, stopping });
  const origins = onceDone(async () => ({
    uploads: await originOf(clients.publicS3, environment.UPLOADS_BUCKET),
    results: await originOf(clients.publicS3, environment.RESULTS_BUCKET),
  }));

  const app = createApi();
  app.get("/health", async (context) => {
    const report = await health();
    return context.json(report, report.healthy ? 200 : 503);
  });
  app.use(securityHeaders(origins));
  app.route("/", pageRoutes());
  app.use("/api/*", async (context, next) => {
    await next();
    context.header("cache-control", "no-store");
  });
  apiRoutes(app, services);
  liveRoutes(app, feed, stopping, now);
  app.notFound((context) =>
    problemResponse(
      context,
      new Problem(404, "address", `${context.req.method} ${context.req.path}`, "there is nothing here"),
    ),
  );
  app.onError((error, context) => {
    const problem = problemOf(error, context.req.header("content-type"));
    if (problem) return problemResponse(context, problem);
    const requestId = randomUUID();
    log("console.request-failed", {
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

function apiRoutes(api: ReturnType<typeof createApi>, services: ConsoleServices): void {
  const { environment, clients, log, now } = services;
  const { PIPELINES, UPLOADS_BUCKET, RESULTS_BUCKET, MAX_UPLOAD_BYTES, OIDC, PROXIES, UPLOAD_STAGING } =
    environment;
  const formMaxBytes = Math.min(FORM_MAX_BYTES, MAX_UPLOAD_BYTES);
  const { dynamo, s3, publicS3, sqs, ecs, cloudwatch, autoScaling, logs, lambda, events } = clients;
  const jobs = { client: dynamo, jobsTable: environment.JOBS_TABLE };
  const incidents = { client: dynamo, incidentsTable: environment.INCIDENTS_TABLE };
  const batchTable = environment.BATCH_TABLE;
  const priceBasis = { architecture: environment.ARCHITECTURE, instanceType: environment.INSTANCE_TYPE };
  const signIn = {
    tokens: { uploader: environment.UPLOADER_TOKEN, administrator: environment.ADMINISTRATOR_TOKEN },
    oidc: OIDC && oidcVerifier(OIDC),
    now,
  };
  const document = openApiDocument();
  api.get("/api/openapi.json", (context) => context.json(document));
  guard(api, { identify: createIdentify(signIn), proxies: PROXIES, now });
  signInRoutes(api, {
    ...signIn,
    proxies: PROXIES,
    about: {
      signIn: OIDC ? "oidc" : "token",
      uploads: {
        formMaxBytes,
        multipartAboveBytes: UPLOAD_STAGING === undefined ? formMaxBytes : MULTIPART_ABOVE_BYTES,
        maxBytes: UPLOAD_STAGING === undefined ? formMaxBytes : MAX_UPLOAD_BYTES,
      },
      pipelines: PIPELINES.map(({ name, prefix, suffixes, dedicatedAboveBytes }) => ({
        name,
        prefix,
        suffixes,
        dedicatedAboveBytes,
      })),
    },
    onRefused: (client) => log("console.sign-in-refused", { client }),
  });
  uploadRoutes(api, {
    s3,
    publicS3,
    rules: { bucket: UPLOADS_BUCKET, pipelines: PIPELINES, maxBytes: MAX_UPLOAD_BYTES },
    staging: UPLOAD_STAGING === undefined ? undefined : new Staging(UPLOAD_STAGING),
    now,
  });
  jobRoutes(api, {
    s3,
    publicS3,
    jobs,
    incidents,
    logs,
    logPlaces: environment.LOGS,
    costBasis: {
      pipelines: PIPELINES,
      ...priceBasis,
      worker: { ...environment.WORKER, ...priceBasis },
    },
    replay: async (job) => {
      const place = {
        ...jobs,
        batchTable,
        sqs,
        jobsQueueUrl: environment.JOBS_QUEUE_URL,
        launchQueueUrl: environment.LAUNCH_QUEUE_URL,
        cluster: environment.CLUSTER,
        now,
      };
      const again = await replay(place, job);
      log("console.job-replayed", { jobId: job.jobId, pipeline: job.pipeline });
      return again;
    },
    now,
  });
  clusterRoutes(api, {
    ecs,
    cloudwatch,
    autoScaling,
    replayPlace: replayPlace({ sqs, lambda, events }),
    cluster: environment.CLUSTER,
    queues: environment.QUEUES,
    now,
    onReplay: (queue, found) => log("console.letters-replayed", { queue, found }),
  });
  incidentRoutes(api, incidents, now);
  reportRoutes(api, { client: dynamo, batchTable, s3, resultsBucket: RESULTS_BUCKET, now });
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
