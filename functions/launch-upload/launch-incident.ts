import type { NewIncident } from "../../events/incidents/incident.ts";
import { fingerprintOf, incidentIdOfLaunch } from "../../events/incidents/incident-id.ts";
import type { FailureCause } from "../../events/jobs/job.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { CAUSES } from "../kit/incidents/causes.ts";

/** A launch that was refused for good: there is no task, and so no event that would tell of it. */
export function launchIncident(
  { job, attempt }: LaunchRequest,
  cause: FailureCause,
  reason: string,
  now: Date,
): NewIncident {
  const { jobId, pipeline, bucket, key, versionId, size } = job;
  const occurredAt = now.toISOString();
  return {
    incidentId: incidentIdOfLaunch(jobId, attempt),
    day: occurredAt.slice(0, 10),
    occurredAt,
    severity: CAUSES[cause].severity,
    cause,
    summary: `No task for ${key} (pipeline ${pipeline}, attempt ${attempt}).`,
    reason,
    remedy: CAUSES[cause].remedy,
    outcome: "The job has failed; no further try follows.",
    fingerprint: fingerprintOf(cause, `${pipeline} launch`, undefined),
    job: { jobId, pipeline, attempt, bucket, key, ...(versionId === undefined ? {} : { versionId }), size },
    jobId,
    links: {},
  };
}
