import { z } from "zod";
import { JOB_VARIABLE, jobRequest } from "../../events/jobs/job-request.ts";
import { pipelines } from "../../events/pipeline.ts";

/** The environment of a task does not say what the task needs to know. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

/** A value that is JSON in the environment. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

const common = z.object({
  /** Table of jobs. */
  JOBS_TABLE: z.string().min(1),
  /** Table of the newest version of each key. */
  OBJECTS_TABLE: z.string().min(1),
  RESULTS_BUCKET: z.string().min(3),
  /** Folder, such as a mounted EFS access point, for the progress of long analyses; by default the results bucket keeps it. */
  LONGSHORE_CHECKPOINT_DIR: z.string().startsWith("/").optional(),
  /** Whether results of images say where they were taken. */
  LONGSHORE_IMAGE_LOCATION: z.stringbool().default(false),
  /** Set by the ECS agent. */
  ECS_CONTAINER_METADATA_URI_V4: z.url(),
  /** Set by the ECS agent; where a service's task asks for protection from scale-in. */
  ECS_AGENT_URI: z.url().optional(),
});

const dedicated = common.extend({ [JOB_VARIABLE]: json(jobRequest) });

const worker = common.extend({
  PIPELINES: json(pipelines),
  JOBS_QUEUE_URL: z.url(),
  JOBS_DEAD_LETTER_QUEUE_URL: z.url(),
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

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws EnvironmentError naming each variable, what it holds and what it takes */
export function dedicatedEnvironment(variables: Variables): DedicatedEnvironment {
  return parse(dedicated, variables);
}

/** @throws EnvironmentError naming each variable, what it holds and what it takes */
export function workerEnvironment(variables: Variables): WorkerEnvironment {
  return parse(worker, variables);
}

function parse<Schema extends z.ZodType>(schema: Schema, variables: Variables): z.infer<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const [variable, ...path] = issue.path.map(String);
    const name = variable ?? "environment";
    const rule = path.length > 0 ? `${path.join(".")}: ${issue.message}` : issue.message;
    return `${name} is ${shown(variables[name])}; ${rule}`;
  });
  throw new EnvironmentError(problems.join("\n"));
}

/** None of the variables that are parsed here holds a secret; long ones are cut. */
function shown(value: string | undefined): string {
  if (value === undefined) return "not set";
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
