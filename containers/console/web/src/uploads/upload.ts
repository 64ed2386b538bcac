import type { Job } from "../../../api/schemas/jobs.ts";
import type { PreparedUpload } from "../../../api/schemas/uploads.ts";
import { isOpen } from "../lib/statuses.ts";

/** Where an upload goes, and who will take it from there. */
export type Destination = Pick<PreparedUpload, "bucket" | "key" | "pipeline" | "lane">;

/**
 * How far an upload has come. `paused`: the connection was lost, and it goes on by itself. `sent`: S3 has it, its job
 * is about to begin. `refused`: it will not go on unless somebody asks for it.
 */
export type UploadState =
  | { readonly name: "waiting" }
  | { readonly name: "sending"; readonly resumedAt?: number }
  | { readonly name: "paused"; readonly reason: string }
  | { readonly name: "sent" }
  | { readonly name: "job"; readonly job: Job }
  | { readonly name: "refused"; readonly reason: string }
  | { readonly name: "stopped" };

/** One file on its way. */
export interface Upload {
  readonly id: string;
  readonly file: File;
  /** The file's name, or its path within a folder. */
  readonly name: string;
  readonly addedAt: string;
  state: UploadState;
  /** Bytes that S3 has. */
  sent: number;
  destination?: Destination;
  abort: AbortController;
  /** Whether its result is unfolded. */
  open: boolean;
}

export interface Tally {
  readonly all: number;
  readonly uploaded: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly refused: number;
  /** On their way to S3, or waiting for it. */
  readonly under: number;
  readonly bytes: number;
  readonly sentBytes: number;
}

export function tally(uploads: readonly Upload[]): Tally {
  const sums = {
    all: uploads.length,
    uploaded: 0,
    succeeded: 0,
    failed: 0,
    refused: 0,
    under: 0,
    bytes: 0,
    sentBytes: 0,
  };
  for (const { state, file, sent } of uploads) {
    sums.bytes += file.size;
    sums.sentBytes += state.name === "sent" || state.name === "job" ? file.size : sent;
    switch (state.name) {
      case "job":
        sums.uploaded++;
        if (state.job.status === "succeeded") sums.succeeded++;
        if (state.job.status === "failed") sums.failed++;
        break;
      case "sent":
        sums.uploaded++;
        break;
      case "refused":
      case "stopped":
        sums.refused++;
        break;
      default:
        sums.under++;
    }
  }
  return sums;
}

/** Whether the reader still waits for news of it. */
export function isUnsettled({ state }: Upload): boolean {
  return state.name === "sent" || (state.name === "job" && isOpen(state.job.status));
}
