import type { Job } from "../../../../api/schemas/jobs.ts";

/** What the address asks for. */
export interface Filters {
  readonly status: string;
  readonly pipeline: string;
  readonly text: string;
  /** How far back: a key of `SPANS`, or empty for as far as it goes. */
  readonly since: string;
}

export const SPANS: Readonly<Record<string, { readonly text: string; readonly ms: number }>> = {
  "1h": { text: "the last hour", ms: 3_600_000 },
  "24h": { text: "the last day", ms: 86_400_000 },
  "7d": { text: "the last week", ms: 604_800_000 },
};

export function filtersOf(query: URLSearchParams): Filters {
  const of = (name: string) => query.get(name) ?? "";
  return { status: of("status"), pipeline: of("pipeline"), text: of("text"), since: of("since") };
}

/** Whether a job that has just changed belongs into the list. */
export function fits(job: Job, { status, pipeline, text, since }: Filters, now: number): boolean {
  if (status && job.status !== status) return false;
  if (pipeline && job.pipeline !== pipeline) return false;
  const span = SPANS[since];
  if (span && Date.parse(job.createdAt) < now - span.ms) return false;
  if (text === "") return true;
  return job.key.toLowerCase().includes(text.toLowerCase()) || job.jobId === text.toLowerCase();
}

/** Newest first; of two of one instant, the greater id. */
export function isBefore(a: Job, b: Job): boolean {
  return a.createdAt === b.createdAt ? a.jobId > b.jobId : a.createdAt > b.createdAt;
}

/**
 * The list with jobs as they are now: known ones in their places, new ones in theirs, and without those that no
 * longer fit.
 * @param complete whether there is nothing further back than the list's end
 */
export function withChanges(
  list: readonly Job[],
  changes: Iterable<Job>,
  fitting: (job: Job) => boolean,
  complete: boolean,
): Job[] {
  const changed = new Map<string, Job>();
  for (const job of changes) {
    const other = changed.get(job.jobId);
    if (!other || other.updatedAt <= job.updatedAt) changed.set(job.jobId, job);
  }
  const kept: Job[] = [];
  for (const job of list) {
    const now = changed.get(job.jobId);
    changed.delete(job.jobId);
    const newest = now && now.updatedAt >= job.updatedAt ? now : job;
    if (fitting(newest)) kept.push(newest);
  }
  for (const job of changed.values()) {
    if (!fitting(job)) continue;
    const place = kept.findIndex((other) => isBefore(job, other));
    if (place >= 0) kept.splice(place, 0, job);
    // Further back than the list has been read: it comes when the list gets there.
    else if (complete || kept.length === 0) kept.push(job);
  }
  return kept;
}
