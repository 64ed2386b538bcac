import type { Job } from "../../../../api/schemas/jobs.ts";
import { now } from "../../lib/clock.ts";
import { duration, size } from "../../lib/format.ts";
import { isOpen } from "../../lib/statuses.ts";
import { JobFacts } from "../../ui/job-facts.tsx";
import { JobBadge } from "../../ui/status.tsx";
import { Ago } from "../../ui/time.tsx";

/** The cells of one job. */
export function JobRow({ job }: { readonly job: Job }) {
  return (
    <>
      <span role="cell" class="jobs-state">
        <JobBadge status={job.status} />
      </span>
      <span role="cell" class="jobs-name">
        <a href={`/jobs/${job.jobId}`} title={job.key}>
          {job.name}
        </a>
        <span class="jobs-note">
          {job.status === "running" && job.progress ? (
            <>
              <progress max={100} value={job.progress.percent} aria-label={`Progress of ${job.name}`} />
              {job.progress.step}
            </>
          ) : job.status === "queued" ? (
            job.waitingFor
          ) : (
            <JobFacts job={job} most={3} />
          )}
        </span>
      </span>
      <span role="cell" class="jobs-pipeline">
        {job.pipeline} <span class="quiet">{job.lane}</span>
      </span>
      <span role="cell" class="jobs-size">
        {size(job.size)}
      </span>
      <span role="cell" class="jobs-came">
        <Ago time={job.createdAt} />
      </span>
      <span role="cell" class="jobs-took">
        <Took job={job} />
      </span>
    </>
  );
}

function Took({ job: { startedAt, finishedAt, status } }: { readonly job: Job }) {
  if (!startedAt) return <span class="quiet">–</span>;
  const end = finishedAt ? Date.parse(finishedAt) : isOpen(status) ? now.value : undefined;
  return end === undefined ? (
    <span class="quiet">–</span>
  ) : (
    <span>{duration(end - Date.parse(startedAt))}</span>
  );
}
