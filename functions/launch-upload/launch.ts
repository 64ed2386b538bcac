import { type ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
import { applyWrite, type JobTable } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { failedUnheld, launched, queued } from "../../events/jobs/transitions.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import {
  backoffSeconds,
  MAX_REFUSALS,
  type Refusal,
  refusalFromError,
  refusalFromFailures,
} from "./refusal.ts";
import { type LaunchSite, runTaskInput } from "./run-task-input.ts";

/** What a launch needs from outside. */
export interface LaunchDependencies {
  readonly table: JobTable;
  readonly ecs: Pick<ECSClient, "send">;
  readonly site: LaunchSite;
  readonly pipelines: readonly Pipeline[];
  /** Puts a launch into the launch queue, not to be seen for `delaySeconds`. */
  readonly sendLater: (request: LaunchRequest, delaySeconds: number) => Promise<void>;
  /** Tells the administrators. */
  readonly alert: (subject: string, text: string, attributes: Record<string, string>) => Promise<void>;
  readonly now: () => Date;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export type LaunchOutcome =
  | { readonly kind: "launched"; readonly taskArn: string }
  | { readonly kind: "waiting"; readonly delaySeconds: number; readonly refusal: Refusal }
  | { readonly kind: "failed"; readonly refusal: Refusal };

/** A message names a pipeline that this deployment does not have. */
export class UnknownPipelineError extends Error {
  constructor(name: string, known: readonly Pipeline[]) {
    super(`Unknown pipeline "${name}"; there are ${known.map((pipeline) => pipeline.name).join(", ")}`);
    this.name = "UnknownPipelineError";
  }
}

export function findPipeline(name: string, pipelines: readonly Pipeline[]): Pipeline {
  const found = pipelines.find((pipeline) => pipeline.name === name);
  if (!found) throw new UnknownPipelineError(name, pipelines);
  return found;
}

/** Asks ECS for the task of one attempt; a refusal puts the request into the launch queue or fails the job. */
export async function launch(
  request: LaunchRequest,
  dependencies: LaunchDependencies,
): Promise<LaunchOutcome> {
  const { table, site, pipelines, now } = dependencies;
  const pipeline = findPipeline(request.job.pipeline, pipelines);
  const answer = await runTask(request, pipeline, dependencies);
  if ("taskArn" in answer) {
    const holder = { taskArn: answer.taskArn, attempt: request.attempt };
    await applyWrite(table, launched(request.job.jobId, holder, now().toISOString()));
    return { kind: "launched", taskArn: answer.taskArn };
  }
  return answer.kind === "configuration" || request.refusals + 1 >= MAX_REFUSALS
    ? giveUp(request, answer, dependencies)
    : tryLater(request, answer, dependencies);

  async function runTask(
    launchRequest: LaunchRequest,
    ownPipeline: Pipeline,
    { ecs }: LaunchDependencies,
  ): Promise<{ taskArn: string } | Refusal> {
    try {
      const { tasks = [], failures = [] } = await ecs.send(
        new RunTaskCommand(runTaskInput(launchRequest, ownPipeline, site)),
      );
      const taskArn = tasks[0]?.taskArn;
      return taskArn === undefined ? refusalFromFailures(failures) : { taskArn };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return refusalFromError(error);
    }
  }
}

/**
 * The state goes before the message: should this stop in between, the event or message that led here comes again,
 * finds the job `queued` and sends what is missing. A message too many is dropped by `launchAgain`.
 */
async function tryLater(
  request: LaunchRequest,
  refusal: Refusal,
  { table, sendLater, now, random }: LaunchDependencies,
): Promise<LaunchOutcome> {
  const refusals = request.refusals + 1;
  const provider = refusal.kind === "no-capacity" ? request.provider + 1 : request.provider;
  const delaySeconds = backoffSeconds(refusals, random());
  const after = { attempt: request.attempt - 1 };
  await applyWrite(table, queued(request.job.jobId, after, refusal.reason, now().toISOString()));
  await sendLater({ ...request, refusals, provider }, delaySeconds);
  return { kind: "waiting", delaySeconds, refusal };
}

async function giveUp(
  request: LaunchRequest,
  refusal: Refusal,
  { table, alert, now }: LaunchDependencies,
): Promise<LaunchOutcome> {
  const { job, attempt } = request;
  const cause = refusal.kind === "configuration" ? "configuration" : "launch-refused";
  const message = `ECS refused to start a task ${request.refusals + 1} time(s), last: ${refusal.reason}`;
  const { done } = await applyWrite(
    table,
    failedUnheld(job.jobId, { attempt }, { cause, message }, now().toISOString()),
  );
  if (done) {
    await alert(
      `Longshore: no task for ${job.pipeline} job ${job.jobId.slice(0, 8)} (${cause})`,
      `${message}\n\nObject: s3://${job.bucket}/${job.key}\nJob: ${job.jobId}\n` +
        (cause === "configuration"
          ? "What to do: mend the configuration that ECS names, then upload the object again.\n"
          : "What to do: look at the cluster's capacity and the account's Fargate quotas, then upload the object again.\n"),
      { severity: "error", cause, pipeline: job.pipeline },
    );
  }
  return { kind: "failed", refusal };
}
