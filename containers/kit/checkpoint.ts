import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import type { CheckpointStore } from "./analyze.ts";

/** Requests to S3 cost money; a file system takes every state. */
const BETWEEN_OBJECTS_MS = 1_000;

/** The checkpoint of one job, as its task sees it. */
export interface JobCheckpoint extends CheckpointStore {
  /** Returns when the newest state is written, or could not be. */
  flush(): Promise<void>;
  /** The job is over: nothing is left. */
  discard(): Promise<void>;
}

/** @param folder on a file system that the job's next task mounts too; without one the results bucket is used */
export function createCheckpoint(s3: S3Client, job: JobRequest, folder: string | undefined): JobCheckpoint {
  const name = `${job.pipeline}/${job.jobId}/checkpoint.json`;
  return new Checkpoint(
    folder === undefined
      ? objectMedium(s3, { Bucket: job.result.bucket, Key: name })
      : fileMedium(join(folder, name)),
  );
}

interface Medium {
  readonly betweenWritesMs: number;
  read(): Promise<string>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

/**
 * One write at a time, each of the newest state. A state that cannot be read or written costs the next attempt time
 * and nothing else, so that it does not fail the job.
 */
class Checkpoint implements JobCheckpoint {
  readonly #medium: Medium;
  #newest: { readonly state: unknown } | undefined;
  #writing: Promise<void> | undefined;
  #used = false;
  #hurry = new AbortController();

  constructor(medium: Medium) {
    this.#medium = medium;
  }

  async load(): Promise<unknown> {
    try {
      const state: unknown = JSON.parse(await this.#medium.read());
      this.#used = true;
      return state;
    } catch {
      return undefined;
    }
  }

  save(state: unknown): void {
    this.#newest = { state };
    this.#used = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async flush(): Promise<void> {
    this.#hurry.abort();
    await this.#writing;
  }

  async discard(): Promise<void> {
    if (!this.#used) return;
    this.#newest = undefined;
    await this.flush();
    await this.#medium.remove().catch(() => {});
  }

  async #write(): Promise<void> {
    while (this.#newest) {
      const { state } = this.#newest;
      this.#newest = undefined;
      await this.#medium.write(JSON.stringify(state)).catch(() => {});
      await pause(this.#medium.betweenWritesMs, undefined, { signal: this.#hurry.signal }).catch(() => {});
    }
  }
}

function fileMedium(path: string): Medium {
  return {
    betweenWritesMs: 0,
    read: () => readFile(path, "utf8"),
    async write(text) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    },
    remove: () => rm(dirname(path), { recursive: true, force: true }),
  };
}

function objectMedium(s3: S3Client, where: { Bucket: string; Key: string }): Medium {
  return {
    betweenWritesMs: BETWEEN_OBJECTS_MS,
    async read() {
      const { Body } = await s3.send(new GetObjectCommand(where));
      return (await Body?.transformToString()) ?? "";
    },
    async write(text) {
      await s3.send(new PutObjectCommand({ ...where, Body: text, ContentType: "application/json" }));
    },
    async remove() {
      await s3.send(new DeleteObjectCommand(where));
    },
  };
}
