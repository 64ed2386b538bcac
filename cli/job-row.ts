import type { JobItem } from "../events/jobs/job.ts";

export const RESULT_HEAD = ["File", "Pipeline", "Lane", "Task", "Status", "Key facts", "Time"];

/** One finished job as a row of the results table. */
export function resultRow(job: JobItem, milliseconds: number): string[] {
  return [
    job.key,
    job.pipeline,
    job.lane,
    job.taskArn?.split("/").at(-1)?.slice(0, 8) ?? "–",
    job.status,
    outcomeText(job),
    duration(milliseconds),
  ];
}

/** What came of a job in a few words: its key facts, why it failed, or what it waits for. */
export function outcomeText(job: JobItem): string {
  if (job.failure) return `${job.failure.cause}: ${job.failure.message}`.slice(0, 100);
  if (job.status === "queued" && job.waitingFor) return `waits for ${job.waitingFor}`.slice(0, 100);
  if (job.status === "running" && job.progress) return `${job.progress.percent} %: ${job.progress.step}`;
  if (job.supersededBy) return `by ${job.supersededBy.slice(0, 12)}`;
  return factsText(job);
}

function factsText({ facts = {} }: JobItem): string {
  return Object.entries(facts)
    .map(([name, value]) => (name === "type" ? String(value) : `${name} ${format(value)}`))
    .join(", ");
}

function format(value: string | number | boolean): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : String(value);
}

/** `340 ms`, `2.4 s`, `3 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
