import { type ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
import { applyWrite, type JobTable } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { failedUnheld, launched, queued, watched } from "../../events/jobs/transitions.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import { type IncidentDependencies, raiseIncident } from "../kit/incidents/raise-incident.ts";
import type { LaunchBudget } from "../kit/launch-budget.ts";
import { secondsUntil, waitBeforeTurn } from "../kit/turn.ts";
import { type AfterRefusal, afterRefusal } from "./after-refusal.ts";
import { launchIncident } from "./launch-incident.ts";
import { type Refusal, refusalFromError, refusalFromFailures } from "./refusal.ts";
import { type LaunchSite, runTaskInput } from "./run-task-input.ts";

/** What a launch needs from outside. */
export interface LaunchDependencies {
  readonly table: JobTable;
  readonly ecs: Pick<ECSClient, "send">;
  readonly site: LaunchSite;
  readonly pipelines: readonly Pipeline[];
  readonly budget: LaunchBudget;
  /** Puts a launch into the launch queue, not to be seen for `delaySeconds`. */
  readonly sendLater: (request: LaunchRequest, delaySeconds: number) => Promise<void>;
  readonly incidents: IncidentDependencies;
  readonly now: () => Date;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export type LaunchOutcome =
  | { readonly kind: "launched"; readonly taskArn: string }
  /** Its turn comes later: launches are held to a rate. */
  | { readonly kind: "deferred"; readonly delaySeconds: number; readonly notBefore: string }
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

/** What a task may take to be there, on top of its pipeline's time: place, network, image, container. */
const START_ALLOWANCE_SECONDS = 300;

/**
 * Asks ECS for the task of one attempt once the launch budget gives it a turn; a refusal puts the request into the
 * launch queue or fails the job.
 */
export async function launch(
  request: LaunchRequest,
  dependencies: LaunchDependencies,
): Promise<LaunchOutcome> {
  const { pipelines, budget, now } = dependencies;
  const pipeline = findPipeline(request.job.pipeline, pipelines);
  const { notBefore, ...unqueued } = request;
  const turn = notBefore === undefined ? await budget.takeTurn(now().getTime()) : Date.parse(notBefore);
  if (waitBeforeTurn(turn, now().getTime()) > 0) return defer(unqueued, turn, dependencies);

  const answer = await runTask(request, pipeline, dependencies);
  if ("taskArn" in answer) return onLaunched(request, pipeline, answer.taskArn, dependencies);
  const next = afterRefusal(request, answer, dependencies.random());
  return next.kind === "give-up"
    ? giveUp(request, answer, dependencies)
    : tryLater(next, answer, dependencies);
}

/** Calls in all, where ECS's answer is lost on its way. */
const CALLS_WITHOUT_ANSWER = 3;

/**
 * An answer that was lost may have been a task: the same call again, under the same `clientToken`, gives that task
 * and makes no second one.
 */
async function runTask(
  request: LaunchRequest,
  pipeline: Pipeline,
  { ecs, site }: LaunchDependencies,
): Promise<{ taskArn: string } | Refusal> {
  for (let call = 1; ; call++) {
    try {
      const { tasks = [], failures = [] } = await ecs.send(
        new RunTaskCommand(runTaskInput(request, pipeline, site)),
      );
      const taskArn = tasks[0]?.taskArn;
      return taskArn === undefined ? refusalFromFailures(failures) : { taskArn };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const refusal = refusalFromError(error);
      if (refusal.kind !== "unanswered" || call === CALLS_WITHOUT_ANSWER) return refusal;
    }
  }
}

async function onLaunched(
  { job, attempt }: LaunchRequest,
  { timeoutSeconds }: Pipeline,
  taskArn: string,
  { table, now }: LaunchDependencies,
): Promise<LaunchOutcome> {
  const time = now();
  const holder = { taskArn, attempt };
  const seconds = START_ALLOWANCE_SECONDS + timeoutSeconds;
  const deadline = new Date(time.getTime() + seconds * 1_000).toISOString();
  const write = await applyWrite(table, launched(job.jobId, holder, time.toISOString(), deadline));
  // The task was quicker than this function.
  if (!write.done && write.current?.status === "running" && write.current.taskArn === taskArn) {
    await applyWrite(table, watched(job.jobId, holder, deadline));
  }
  return { kind: "launched", taskArn };
}

/** No token is free: the launch has a turn of its own by now and waits for it, asking nobody again. */
async function defer(
  request: LaunchRequest,
  turn: number,
  { table, sendLater, now }: LaunchDependencies,
): Promise<LaunchOutcome> {
  const notBefore = new Date(turn).toISOString();
  const after = { attempt: request.attempt - 1 };
  const reason = `its turn at ${notBefore}: launches are held to ECS's rate`;
  await applyWrite(table, queued(request.job.jobId, after, reason, now().toISOString()));
  const delaySeconds = secondsUntil(turn, now().getTime());
  await sendLater({ ...request, notBefore }, delaySeconds);
  return { kind: "deferred", delaySeconds, notBefore };
}

/**
 * The state goes before the message: should this stop in between, the event or message that led here comes again,
 * finds the job `queued` and sends what is missing. A message too many is dropped by `launchAgain`.
 */
async function tryLater(
  { request, delaySeconds }: AfterRefusal & { kind: "wait" },
  refusal: Refusal,
  { table, sendLater, now }: LaunchDependencies,
): Promise<LaunchOutcome> {
  const after = { attempt: request.attempt - 1 };
  await applyWrite(table, queued(request.job.jobId, after, refusal.reason, now().toISOString()));
  await sendLater(request, delaySeconds);
  return { kind: "waiting", delaySeconds, refusal };
}

async function giveUp(
  request: LaunchRequest,
  refusal: Refusal,
  { table, incidents, now }: LaunchDependencies,
): Promise<LaunchOutcome> {
  const { job, attempt } = request;
  const cause = refusal.kind === "configuration" ? "configuration" : "launch-refused";
  const message =
    request.refusals === 0
      ? `ECS cannot start a task: ${refusal.reason}`
      : `ECS refused to start a task ${request.refusals + 1} times, last: ${refusal.reason}`;
  const write = await applyWrite(
    table,
    failedUnheld(job.jobId, { attempt }, { cause, message }, now().toISOString()),
  );
  // Also when an earlier try at this failed the job and came no further.
  const ours = write.done || write.current?.failure?.cause === cause;
  if (ours) await raiseIncident(launchIncident(request, cause, message, now()), incidents);
  return { kind: "failed", refusal };
}
