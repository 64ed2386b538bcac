import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { CHECKPOINTS_PREFIX, checkpointFolderOf } from "../../../events/checkpoints.ts";
import type { JobRequest } from "../../../events/jobs/job-request.ts";
import type { CheckpointStore } from "../analyze.ts";
import { bucketStates } from "./bucket-states.ts";
import { folderStates } from "./folder-states.ts";
import { KeptRanges } from "./kept-ranges.ts";
import { newestBefore, type SavedStates, type Saver, stateName } from "./saved-states.ts";

/** Characters a second that a large state may be written with: it is written whole each time, and paid for. */
const WRITE_RATE = 256 * 1024;

export interface CheckpointOptions {
  readonly s3: S3Client;
  readonly job: Pick<JobRequest, "jobId" | "pipeline" | "attempt" | "object" | "result">;
  /** Of this task. */
  readonly taskArn: string;
  /** On a file system that the job's next task mounts too; without one the results bucket is used. */
  readonly folder: string | undefined;
  /** Downloads of more bytes are kept in the folder range by range. */
  readonly keepAboveBytes?: number | undefined;
}

export function createCheckpoint(options: CheckpointOptions): JobCheckpoint {
  const { s3, job, taskArn, folder, keepAboveBytes = Number.POSITIVE_INFINITY } = options;
  const saver = { attempt: job.attempt, taskArn };
  const own = checkpointFolderOf(job);
  if (folder === undefined) {
    return new JobCheckpoint(bucketStates(s3, job.result.bucket, `${CHECKPOINTS_PREFIX}${own}/`), saver);
  }
  const path = join(folder, own);
  const ranges = job.object.size > keepAboveBytes ? new KeptRanges(path) : undefined;
  return new JobCheckpoint(folderStates(path), saver, ranges);
}

/**
 * The checkpoint of one job, as its task sees it. Each attempt writes under a name of its own, so that one that was
 * given up for dead and wakes up writes over nobody's state; the next one goes on from the latest.
 *
 * One write at a time, each of the newest state. A state that cannot be read or written costs the next attempt time
 * and nothing else, so that it does not fail the job.
 */
export class JobCheckpoint implements CheckpointStore {
  /** What has been read of a large object; undefined for others, and without a file system. */
  readonly ranges: KeptRanges | undefined;
  readonly #states: SavedStates;
  readonly #saver: Saver;
  #newest: { readonly state: unknown } | undefined;
  #writing: Promise<void> | undefined;
  #used: boolean;
  #discarded = false;
  readonly #hurry = new AbortController();

  constructor(states: SavedStates, saver: Saver, ranges?: KeptRanges) {
    this.ranges = ranges;
    this.#states = states;
    this.#saver = saver;
    this.#used = saver.attempt > 1;
  }

  async load(): Promise<unknown> {
    try {
      const found = newestBefore(await this.#states.list(), this.#saver.attempt);
      if (!found) return undefined;
      this.#used = true;
      return JSON.parse(await this.#states.read(found.name)) as unknown;
    } catch {
      return undefined;
    }
  }

  save(state: unknown): void {
    if (this.#discarded) return; // An analysis whose time was up may go on until its process ends.
    this.#newest = { state };
    this.#used = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Returns when the newest state is written, or could not be. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    await this.#writing;
  }

  /** The job is final, by a write of this task: nothing is left. Of a job that never saved anything nobody is asked. */
  async discard(): Promise<void> {
    this.#discarded = true;
    if (!this.#used && !this.ranges?.kept) return;
    this.#newest = undefined;
    await this.flush();
    await this.#states.removeAll().catch(() => {});
  }

  async #write(): Promise<void> {
    const { betweenWritesMs } = this.#states;
    while (this.#newest) {
      const text = JSON.stringify(this.#newest.state);
      this.#newest = undefined;
      await this.#states.write(stateName(this.#saver), text).catch(() => {});
      const pauseMs = Math.max(betweenWritesMs, (text.length / WRITE_RATE) * 1_000);
      await pause(pauseMs, undefined, { signal: this.#hurry.signal }).catch(() => {});
    }
  }
}
