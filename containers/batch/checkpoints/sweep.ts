import { opendir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { FINAL_STATUSES } from "../../../events/jobs/job.ts";
import { readStatuses } from "../uploads/job-statuses.ts";

export interface SweepOptions {
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
  /** The file system's folder of checkpoints: `<pipeline>/<job id>`. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A job without an item may be one whose item expired, or is restored; nobody waits for it for so long. */
const ORPHANED_AFTER_MS = 7 * 24 * 3_600_000;
/** Folders that are looked up at once. */
const AT_ONCE = 100;

/**
 * Removes the checkpoints of jobs that are over: a task removes its own, but a job may be closed when its task is gone.
 * @returns how many there were, and how many are gone
 */
export async function sweepCheckpoints(options: SweepOptions): Promise<{ seen: number; removed: number }> {
  const found = { seen: 0, removed: 0 };
  let some: string[] = [];
  const sweep = async () => {
    found.seen += some.length;
    found.removed += await removeFinal(some, options);
    some = [];
  };
  for await (const pipeline of await opendir(options.folder)) {
    if (!pipeline.isDirectory()) continue;
    for await (const job of await opendir(join(options.folder, pipeline.name))) {
      if (/^[0-9a-f]{64}$/.test(job.name)) some.push(join(pipeline.name, job.name));
      if (some.length === AT_ONCE) await sweep();
    }
  }
  await sweep();
  return found;
}

async function removeFinal(
  paths: readonly string[],
  { client, jobsTable, folder, now }: SweepOptions,
): Promise<number> {
  if (paths.length === 0) return 0;
  const idOf = (path: string) => path.slice(-64);
  const statuses = await readStatuses({ client, jobsTable }, paths.map(idOf));
  let removed = 0;
  for (const path of paths) {
    const status = statuses.get(idOf(path));
    const full = join(folder, path);
    const over = statuses.has(idOf(path))
      ? status !== undefined && FINAL_STATUSES.includes(status)
      : now - ((await stat(full).catch(() => undefined))?.mtimeMs ?? now) > ORPHANED_AFTER_MS;
    if (!over) continue;
    await rm(full, { recursive: true, force: true });
    removed++;
  }
  return removed;
}
