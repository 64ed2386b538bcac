import { type ECSClient, StopTaskCommand } from "@aws-sdk/client-ecs";
import { applyWrite, type JobTable, readJob } from "../../events/jobs/job-table.ts";
import { failed, failedUnheld } from "../../events/jobs/transitions.ts";
import { type IncidentDependencies, raiseIncident } from "../kit/incidents/raise-incident.ts";
import { timeoutStopReason } from "../kit/timeout-stop.ts";
import { overdueIncident } from "./overdue-incident.ts";
import { type OverdueJob, overdueJobs } from "./overdue-jobs.ts";

export interface StopOverdueDependencies {
  readonly table: JobTable;
  readonly ecs: Pick<ECSClient, "send">;
  readonly cluster: string;
  readonly incidents: IncidentDependencies;
  readonly now: () => Date;
}

/** How each overdue job was dealt with, by job id. */
export interface StopOverdueOutcome {
  /** Their tasks are being stopped; the stopped-task events close the jobs. */
  readonly stopped: readonly string[];
  /** Their tasks had gone without an event that reached us; the jobs are closed here. */
  readonly closed: readonly string[];
}

/** A stopped task's event has long come by then, even after retries. */
const EVENT_PATIENCE_MS = 10 * 60 * 1_000;
/** Of StopTask's bucket of 40 calls a second, which all of the account's launches share. Source: ECS developer guide, "Request throttling". */
const MOST_AT_ONCE = 100;

/** Some overdue jobs could not be dealt with; the others were. */
export class OverdueJobsError extends AggregateError {
  readonly outcome: StopOverdueOutcome;

  constructor(failures: readonly unknown[], outcome: StopOverdueOutcome) {
    super(failures, `${failures.length} overdue jobs could not be dealt with, first: ${String(failures[0])}`);
    this.name = "OverdueJobsError";
    this.outcome = outcome;
  }
}

/**
 * Stops the tasks that have had their jobs for longer than their pipelines allow. The container needs no code of ours
 * for that, and the job is closed by the event of its stopped task like any other. A job that cannot be dealt with
 * keeps none of the others.
 * @throws OverdueJobsError after all others were dealt with
 */
export async function stopOverdue(dependencies: StopOverdueDependencies): Promise<StopOverdueOutcome> {
  const { table, now } = dependencies;
  const stopped: string[] = [];
  const closed: string[] = [];
  const failures: unknown[] = [];
  for await (const job of overdueJobs(table, now().toISOString())) {
    try {
      const isGone = await stopTask(job, dependencies);
      if (!isGone) {
        stopped.push(job.jobId);
      } else if (now().getTime() - Date.parse(job.deadline) > EVENT_PATIENCE_MS) {
        if (await close(job, dependencies)) closed.push(job.jobId);
      }
    } catch (error) {
      failures.push(error);
    }
    // The next minute takes the others.
    if (stopped.length + failures.length >= MOST_AT_ONCE) break;
  }
  if (failures.length > 0) throw new OverdueJobsError(failures, { stopped, closed });
  return { stopped, closed };
}

/** @returns whether the task had stopped before */
async function stopTask({ taskArn, deadline }: OverdueJob, { ecs, cluster }: StopOverdueDependencies) {
  try {
    const { task } = await ecs.send(
      new StopTaskCommand({ cluster, task: taskArn, reason: timeoutStopReason(deadline) }),
    );
    return task?.lastStatus === "STOPPED";
  } catch (error) {
    // ECS forgets a stopped task after about an hour.
    if (error instanceof Error && /task was not found/i.test(error.message)) return true;
    throw error;
  }
}

/**
 * Tells people, then closes the job: should this end between the two, the next minute finds the job again, and the
 * incident as one that is known.
 * @returns false when the job is no longer this task's
 */
async function close(
  { jobId, taskArn, attempt, deadline }: OverdueJob,
  { table, incidents, now }: StopOverdueDependencies,
): Promise<boolean> {
  const holder = { taskArn, attempt };
  const job = await readJob(table, jobId);
  if (job?.watch === undefined || job.taskArn !== taskArn || job.attempt !== attempt) return false;
  const message = `Its task ${taskArn} is gone, and no event said how it ended before ${deadline}`;
  await raiseIncident(overdueIncident(job, holder, message, now()), incidents);
  const failure = { cause: "timeout", message } as const;
  const time = now().toISOString();
  const held = await applyWrite(table, failed(jobId, holder, failure, time));
  if (held.done) return true;
  return (await applyWrite(table, failedUnheld(jobId, { attempt }, failure, time))).done;
}
