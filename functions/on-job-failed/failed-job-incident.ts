import type { NewIncident } from "../../events/incidents/incident.ts";
import { fingerprintOf, incidentIdOfJob } from "../../events/incidents/incident-id.ts";
import type { JobFailure } from "../../events/incidents/job-failure.ts";
import { CAUSES } from "../kit/incidents/causes.ts";
import { incidentLinks } from "../kit/incidents/links.ts";

/** The incident of a job that failed in a worker. It follows from the message, so that a duplicate gives the same. */
export function failedJobIncident({ job, cause, message, taskArn, occurredAt }: JobFailure): NewIncident {
  const { severity, remedy, words } = CAUSES[cause];
  return {
    incidentId: incidentIdOfJob(job.jobId, job.attempt),
    day: occurredAt.slice(0, 10),
    occurredAt,
    severity,
    cause,
    summary: `${words.charAt(0).toUpperCase()}${words.slice(1)}: attempt ${job.attempt} at ${job.key} (pipeline ${job.pipeline}), in a worker.`,
    reason: message,
    remedy,
    outcome: "The job has failed; no further attempt follows. Its worker goes on with others.",
    fingerprint: fingerprintOf(cause, `${job.pipeline} worker`, undefined),
    job,
    jobId: job.jobId,
    links: incidentLinks({ task: taskArn === undefined ? undefined : { taskArn } }),
  };
}
