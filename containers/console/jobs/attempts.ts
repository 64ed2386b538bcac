import type { Incident } from "../../../events/incidents/incident.ts";
import { FINAL_STATUSES, type JobItem } from "../../../events/jobs/job.ts";
import type { Attempt } from "../api/schemas/jobs.ts";

/**
 * The attempts at a job, in order: those that ended wrongly as their incidents tell of them, the last one as the job
 * itself has it. Of others no more is on record than that they were, and what their tasks used.
 */
export function attemptsOf(job: JobItem, incidents: readonly Incident[]): Attempt[] {
  const told = new Map(
    incidents.flatMap((incident) => (incident.job ? [[incident.job.attempt, incident]] : [])),
  );
  return Array.from({ length: job.attempt }, (_, index) => {
    const number = index + 1;
    const incident = told.get(number);
    const isLast = number === job.attempt && job.status !== "queued";
    return {
      attempt: number,
      ...(isLast ? lastAttempt(job) : { state: "failed" as const }),
      ...(incident ? endedWrongly(incident, job) : {}),
    };
  });
}

function lastAttempt(job: JobItem): Omit<Attempt, "attempt"> {
  const { status, taskArn, startedAt, finishedAt, failure } = job;
  const isOver = FINAL_STATUSES.includes(status);
  return {
    state: status === "accepted" || status === "queued" ? "launched" : status,
    startedAt,
    endedAt: isOver ? finishedAt : undefined,
    taskArn,
    ...usedBy(job, taskArn),
    cause: failure?.cause,
    reason: failure?.message,
  };
}

function endedWrongly({ incidentId, occurredAt, cause, reason, outcome, task }: Incident, job: JobItem) {
  return {
    state: "failed" as const,
    ...(task?.startedAt ? { startedAt: task.startedAt } : {}),
    endedAt: occurredAt,
    taskArn: task?.taskArn,
    capacity: task?.capacity,
    cpu: task?.cpu === undefined ? undefined : Number(task.cpu),
    memoryMiB: task?.memory === undefined ? undefined : Number(task.memory),
    ...usedBy(job, task?.taskArn),
    cause,
    reason,
    outcome,
    incidentId,
  };
}

/** What a dedicated job's task had, once it has stopped. */
function usedBy(job: JobItem, taskArn: string | undefined) {
  const use = job.tasks?.[taskArn?.split("/").at(-1) ?? ""];
  return use && { capacity: use.capacity, cpu: use.cpu, memoryMiB: use.memoryMiB };
}
