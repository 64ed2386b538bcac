import type {
  IncidentJob,
  IncidentLog,
  IncidentSeverity,
  IncidentTask,
  NewIncident,
} from "../../events/incidents/incident.ts";
import { fingerprintOf, incidentIdOfTask } from "../../events/incidents/incident-id.ts";
import { UPLOADERS_CAUSES } from "../../events/incidents/job-failure.ts";
import type { FailureCause } from "../../events/jobs/job.ts";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import { CAUSES } from "../kit/incidents/causes.ts";
import { placeOf } from "../kit/incidents/compose-alert.ts";
import { incidentLinks } from "../kit/incidents/links.ts";
import type { StoppedTask, Verdict } from "./classify.ts";
import type { Settlement } from "./settle-job.ts";

/** What makes a stop an incident: why, and how much it asks of people. */
export interface Fault {
  readonly cause: FailureCause;
  readonly reason: string;
  readonly severity: IncidentSeverity;
  /** What the platform does about it. */
  readonly outcome: string;
}

/** Without a job, these are answered: by the service that replaces the task, or by others that take its messages. */
const ANSWERED: ReadonlySet<FailureCause> = new Set(["spot", "infrastructure"]);

/**
 * Whether a stop is an incident, and of which severity; undefined for stops that are as they should be.
 * @param settlement undefined for a task without a job
 */
export function faultOf(
  verdict: Verdict,
  settlement: Settlement | undefined,
  { taskArn, group }: Pick<StoppedTask, "taskArn" | "group">,
): Fault | undefined {
  if (
    settlement?.kind === "settled" &&
    settlement.job?.status === "failed" &&
    settlement.job.taskArn === taskArn
  ) {
    // The container closed its job itself, and knew better why than its exit code tells.
    const { cause, message } = settlement.job.failure ?? { cause: "container-error", message: "" };
    if (UPLOADERS_CAUSES.has(cause) || cause === "stopped") return undefined;
    return { cause, reason: message, severity: CAUSES[cause].severity, outcome: "The job has failed." };
  }
  if (verdict.kind !== "fault") return undefined;
  const { cause, reason } = verdict;
  const isService = group?.startsWith("service:") ?? false;
  const warning = (outcome: string): Fault => ({ cause, reason, severity: "warning", outcome });
  switch (settlement?.kind) {
    case "retried": {
      const { attempt, of, delaySeconds } = settlement;
      const when = delaySeconds > 0 ? `in ${delaySeconds} s` : "at once";
      return warning(`Attempt ${attempt} of ${of} follows ${when}.`);
    }
    case "settled":
      return warning(
        `The job was ${settlement.job?.status ?? "unknown"} already; the task had no say in it any more.`,
      );
    case "failed":
      return {
        cause: settlement.cause,
        reason: settlement.message,
        severity: CAUSES[settlement.cause].severity,
        outcome: "The job has failed; no further attempt follows.",
      };
    default:
      return ANSWERED.has(cause)
        ? warning(
            isService
              ? "The service replaces it."
              : "Nothing starts it again; messages that it held show again to others.",
          )
        : {
            cause,
            reason,
            severity: CAUSES[cause].severity,
            outcome: isService ? "The service starts another." : "Nothing starts it again.",
          };
  }
}

/** The incident of a stopped task. Everything in it follows from the event, so that a duplicate gives the same. */
export function incidentOf(of: {
  readonly task: StoppedTask;
  readonly fault: Fault;
  readonly request: JobRequest | undefined;
  readonly image: string | undefined;
  readonly log: IncidentLog | undefined;
  /** Of a log that is somewhere else. */
  readonly logDriver?: string | undefined;
  readonly consoleUrl: string | undefined;
  readonly now: Date;
}): NewIncident {
  const { task, fault, request, log, consoleUrl, now } = of;
  const facts = taskFacts(task, of.image);
  const occurredAt = task.stoppedAt ?? now.toISOString();
  const job = request && jobFacts(request);
  return {
    incidentId: incidentIdOfTask(task.taskArn),
    day: occurredAt.slice(0, 10),
    occurredAt,
    severity: fault.severity,
    cause: fault.cause,
    summary: summaryOf(fault, facts, job),
    reason: fault.reason,
    remedy: CAUSES[fault.cause].remedy,
    outcome: fault.outcome,
    fingerprint: fingerprintOf(fault.cause, job?.pipeline ?? task.group ?? task.clusterArn, facts.image),
    task: facts,
    ...(job ? { job, jobId: job.jobId } : {}),
    ...(log ? { log } : {}),
    ...(of.logDriver === undefined ? {} : { logDriver: of.logDriver }),
    links: incidentLinks({ task: facts, log, consoleUrl }),
  };
}

function summaryOf({ cause }: Fault, task: IncidentTask, job: IncidentJob | undefined): string {
  const what = `${CAUSES[cause].words.charAt(0).toUpperCase()}${CAUSES[cause].words.slice(1)}`;
  return job
    ? `${what}: attempt ${job.attempt} at ${job.key} (pipeline ${job.pipeline}).`
    : `${what}: ${placeOf(task)}, a task ${task.group?.startsWith("service:") ? "of a service" : "without a job"}.`;
}

function taskFacts(task: StoppedTask, image: string | undefined): IncidentTask {
  const { group, cpu, memory, createdAt, startedAt, stoppedAt, stopCode, stoppedReason } = task;
  const capacity = task.capacityProviderName ?? task.launchType;
  const optional = {
    ...{ group, capacity, cpu, memory, image },
    ...{ createdAt, startedAt, stoppedAt, stopCode, stoppedReason },
  };
  return {
    taskArn: task.taskArn,
    taskDefinitionArn: task.taskDefinitionArn,
    clusterArn: task.clusterArn,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    containers: task.containers.map(({ name, exitCode, reason }) => ({
      name,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}

function jobFacts({ jobId, pipeline, attempt, object }: JobRequest): IncidentJob {
  const { bucket, key, versionId, size } = object;
  return { jobId, pipeline, attempt, bucket, key, ...(versionId === undefined ? {} : { versionId }), size };
}
