import { z } from "zod";
import { capacityProvider, pipelines, taskSize } from "../../events/pipeline.ts";
import { architecture } from "../../events/prices.ts";
import { json, readEnvironment, type Variables } from "../kit/read-environment.ts";
import { queueUrls } from "./cluster/queues.ts";
import { logPlaces } from "./jobs/job-log.ts";
import { oidcSettings } from "./sign-in/oidc.ts";

/** Long enough that nobody guesses it. */
const token = z.string().min(20, "at least 20 characters");

const GIB = 1024 ** 3;

const environment = z.object({
  /** Where the service listens; 0 takes any free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** The address on which the service listens. */
  HOST: z.union([z.ipv4(), z.ipv6()], "an IP address").default("0.0.0.0"),
  JOBS_TABLE: z.string().min(1),
  INCIDENTS_TABLE: z.string().min(1),
  BATCH_TABLE: z.string().min(1),
  UPLOADS_BUCKET: z.string().min(3),
  RESULTS_BUCKET: z.string().min(3),
  JOBS_QUEUE_URL: z.url(),
  LAUNCH_QUEUE_URL: z.url(),
  /** ARN. */
  CLUSTER: z.string().startsWith("arn:"),
  QUEUES: json(queueUrls),
  LOGS: json(logPlaces),
  PIPELINES: json(pipelines),
  ARCHITECTURE: architecture,
  /** Of the instances, where there are some. */
  INSTANCE_TYPE: z.string().min(1).optional(),
  /** A worker, and how many objects it takes at once: what jobs cost whose items do not say. */
  WORKER: json(z.strictObject({ size: taskSize, capacity: capacityProvider, places: z.int().positive() })),
  /** From Secrets Manager. */
  UPLOADER_TOKEN: token,
  /** From Secrets Manager. */
  ADMINISTRATOR_TOKEN: token,
  /** How the load balancer signs people in; absent, the page asks for a token. */
  OIDC: json(oidcSettings).optional(),
  /** Load balancers between clients and this service that add to X-Forwarded-For. */
  PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  /** Folder that all tasks of the service share, for uploads in parts; without one there are none. */
  UPLOAD_STAGING: z.string().min(1).optional(),
  /** Bytes of a file at most. */
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    // What an object can have. Source: Amazon S3 user guide, "Uploading objects".
    .max(5 * 1024 * GIB)
    .default(190 * GIB),
  /** Where browsers reach S3, when that is elsewhere than where this service does; buckets are then addressed by path. */
  PUBLIC_S3_ENDPOINT: z.url().optional(),
});
export type ConsoleEnvironment = z.output<typeof environment>;

/** What no message shows. */
const SECRETS = ["UPLOADER_TOKEN", "ADMINISTRATOR_TOKEN"];

/** @throws EnvironmentError naming each variable, what it holds and what it takes */
export function consoleEnvironment(variables: Variables): ConsoleEnvironment {
  return readEnvironment(environment, variables, SECRETS);
}
