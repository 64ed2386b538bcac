import type { JobItem } from "../../events/jobs/job.ts";
import { shardOf, standingIn, standingOf } from "../../events/jobs/job-indexes.ts";

/** A job as the table has it: with the keys of its indexes. */
export function tableItem(job: JobItem): JobItem & { readonly shard: string; readonly standing?: string } {
  const standing = standingOf(job.status);
  return {
    ...job,
    shard: shardOf(job.jobId),
    ...(standing && { standing: standingIn(standing, job.jobId) }),
  };
}
