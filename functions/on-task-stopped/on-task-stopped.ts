import type { EcsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import type { FailureCause, KeyFacts } from "../../events/jobs/job.ts";
import { JOB_VARIABLE, type JobRequest, jobRequest } from "../../events/jobs/job-request.ts";
import { applyWrite, type JobTable, readJob } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { failed, failedUnheld, queued, startDedicated, succeeded } from "../../events/jobs/transitions.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import { classifyStoppedTask, describeStop } from "./classify.ts";
import { nextStep } from "./next-step.ts";

export interface StoppedTaskDependencies {
  readonly table: JobTable;
  readonly pipelines: readonly Pipeline[];
  /** The facts of a result document; undefined when there is no document. */
  readonly readFacts: (result: { bucket: string; key: string }) => Promise<KeyFacts | undefined>;
  readonly sendLater: (request: LaunchRequest, delaySeconds: number) => Promise<void>;
  readonly alert: (subject: string, text: string, attributes: Record<string, string>) => Promise<void>;
  readonly now: () => Date;
}

export type StoppedTaskOutcome =
  | { readonly kind: "no-job"; readonly fault?: FailureCause }
  | { readonly kind: "settled"; readonly status: string }
  | { readonly kind: "closed" }
  | { readonly kind: "retried"; readonly attempt: number; readonly cause: string }
  | { readonly kind: "failed"; readonly cause: FailureCause };

/**
 * Settles what a stopped task leaves behind. Duplicates and late events change nothing: every write asks for
 * the attempt that this task was started for.
 */
export async function onTaskStopped(
  event: EcsTaskStateChange,
  dependencies: StoppedTaskDependencies,
): Promise<StoppedTaskOutcome> {
  const task = event.detail;
  const verdict = classifyStoppedTask(task);
  const request = jobRequestOf(task);
  if (!request) {
    if (verdict.kind !== "fault") return { kind: "no-job" };
    await alertFault(task, verdict.cause, undefined, dependencies);
    return { kind: "no-job", fault: verdict.cause };
  }
  const job = await readJob(dependencies.table, request.jobId);
  if (
    !job ||
    job.attempt > request.attempt ||
    !["accepted", "queued", "launched", "running"].includes(job.status)
  ) {
    return { kind: "settled", status: job?.status ?? "gone" };
  }
  const pipeline = dependencies.pipelines.find(({ name }) => name === job.pipeline);
  if (!pipeline) return fail(`Pipeline "${job.pipeline}" is no longer deployed`, "configuration");

  const attempt = { number: request.attempt, memoryMiB: Number(task.memory ?? 0) };
  const step = nextStep(job, attempt, verdict, pipeline);
  switch (step.kind) {
    case "close":
      return close(request);
    case "retry": {
      const after = { attempt: job.attempt };
      const reason = describeStop(task);
      const now = dependencies.now().toISOString();
      await applyWrite(dependencies.table, queued(job.jobId, after, reason, now));
      await dependencies.sendLater(step.request, step.delaySeconds);
      return {
        kind: "retried",
        attempt: step.request.attempt,
        cause: verdict.kind === "fault" ? verdict.cause : verdict.kind,
      };
    }
    case "fail":
      return fail(step.message, step.cause);
  }

  /** The container needs no code of ours: exit 0 and a result document where the request said make a success. */
  async function close({ jobId, attempt: number, result }: JobRequest): Promise<StoppedTaskOutcome> {
    const facts = await dependencies.readFacts(result);
    if (!facts) {
      return fail(
        `The task exited with 0 but wrote no result to s3://${result.bucket}/${result.key}`,
        "container-error",
      );
    }
    const now = dependencies.now().toISOString();
    const holder = { taskArn: task.taskArn, attempt: number };
    await applyWrite(dependencies.table, startDedicated(jobId, holder, now));
    await applyWrite(dependencies.table, succeeded(jobId, holder, { result, facts }, now));
    return { kind: "closed" };
  }

  async function fail(message: string, cause: FailureCause): Promise<StoppedTaskOutcome> {
    const { jobId, attempt: number } = request as JobRequest;
    const now = dependencies.now().toISOString();
    const failure = { cause, message };
    const held = await applyWrite(
      dependencies.table,
      failed(jobId, { taskArn: task.taskArn, attempt: number }, failure, now),
    );
    const { done } = held.done
      ? held
      : await applyWrite(dependencies.table, failedUnheld(jobId, { attempt: number }, failure, now));
    if (done) await alertFault(task, cause, request, dependencies);
    return { kind: "failed", cause };
  }
}

/** The job that the task was started for, from the overrides that the event carries. */
export function jobRequestOf(task: EcsTaskStateChange["detail"]): JobRequest | undefined {
  const variables = task.overrides?.containerOverrides?.flatMap(({ environment = [] }) => environment) ?? [];
  const text = variables.find(({ name }) => name === JOB_VARIABLE)?.value;
  if (text === undefined) return undefined;
  try {
    return jobRequest.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const REMEDIES: Partial<Record<FailureCause, string>> = {
  "cannot-pull":
    "Check that the image's tag exists and fits the CPU architecture, that the execution role may pull it, and that the subnets reach ECR and S3.",
  initialization:
    "Check the execution role's rights on secrets, parameters and keys, the log group, the route out, and the file system's mount targets.",
  "out-of-memory": "Raise the pipeline's memoryCeilingMiB, or split the file.",
  configuration: "Mend the configuration that ECS names: entry point, permissions, architecture, volumes.",
  "container-error": "Read the task's last log lines; the file may be one that the container cannot take.",
  infrastructure:
    "Nothing to mend in the container: look at ECS's health in the region, then upload the object again.",
  stopped: "Upload the object again if the stop was not meant for it.",
};

async function alertFault(
  task: EcsTaskStateChange["detail"],
  cause: FailureCause,
  request: JobRequest | undefined,
  { alert }: StoppedTaskDependencies,
): Promise<void> {
  const taskId = task.taskArn.split("/").at(-1) ?? task.taskArn;
  const subject = request
    ? `Longshore: ${request.pipeline} job ${request.jobId.slice(0, 8)} failed (${cause})`
    : `Longshore: task ${taskId.slice(0, 8)} of ${task.group ?? "the cluster"} stopped (${cause})`;
  const text = [
    describeStop(task),
    "",
    ...(request
      ? [`Object: s3://${request.object.bucket}/${request.object.key}`, `Job: ${request.jobId}`]
      : []),
    `Task: ${task.taskArn}`,
    ...(REMEDIES[cause] ? [`What to do: ${REMEDIES[cause]}`] : []),
  ].join("\n");
  await alert(subject, text, {
    severity: "error",
    cause,
    ...(request ? { pipeline: request.pipeline } : {}),
  });
}
