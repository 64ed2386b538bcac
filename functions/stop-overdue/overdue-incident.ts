import type { NewIncident } from "../../events/incidents/incident.ts";
import { fingerprintOf, incidentIdOfTask } from "../../events/incidents/incident-id.ts";
import type { JobItem } from "../../events/jobs/job.ts";
import type { Holder } from "../../events/jobs/transitions.ts";
import { CAUSES } from "../kit/incidents/causes.ts";
import { incidentLinks } from "../kit/incidents/links.ts";

/**
 * A task that ran out of time and has gone without an event. It is the task's own incident: should its event come
 * after all, it finds that this was told.
 */
export function overdueIncident(
  { jobId, pipeline, bucket, key, versionId, size }: JobItem,
  { taskArn, attempt }: Holder,
  reason: string,
  now: Date,
): NewIncident {
  const occurredAt = now.toISOString();
  const { severity, remedy } = CAUSES.timeout;
  return {
    incidentId: incidentIdOfTask(taskArn),
    day: occurredAt.slice(0, 10),
    occurredAt,
    severity,
    cause: "timeout",
    summary: `Took too long: attempt ${attempt} at ${key} (pipeline ${pipeline}).`,
    reason,
    remedy,
    outcome: "The job has failed; no further attempt follows.",
    fingerprint: fingerprintOf("timeout", pipeline, undefined),
    job: { jobId, pipeline, attempt, bucket, key, ...(versionId === undefined ? {} : { versionId }), size },
    jobId,
    links: incidentLinks({ task: { taskArn } }),
  };
}
