import * as z from "zod";
import { hour } from "./hour.ts";

/** Kinds of items in the batch's table, which has `pk` and `sk` as its keys. Times are ISO 8601 in UTC. */
export const BATCH_KEYS = {
  lease: { pk: "batch", sk: "lease" },
  watermark: { pk: "batch", sk: "watermark" },
  uploads: { pk: "batch", sk: "uploads" },
  walk: { pk: "batch", sk: "walk" },
  /** `sk` is the hour. */
  openHours: { pk: "open-hours" },
} as const;

/** Rollups of one pipeline, or of all; `sk` is the hour, so that a query gives a time span. */
export function rollupPartition(pipeline: string): string {
  return `rollup/${pipeline}`;
}

/** What was driven again of one hour; `sk` is the job's id. */
export function drivenPartition(ofHour: string): string {
  return `driven/${ofHour}`;
}

/** Who runs the batch. Nobody else may until `expiresAt`, in milliseconds since the epoch. */
export const leaseItem = z.object({ owner: z.string(), expiresAt: z.int() });

/** The last hour that was rolled up; all before it were as well. */
export const watermarkItem = z.object({ hour });

/** An hour to roll up again, and why. */
export const openHourItem = z.object({ sk: hour, reason: z.string() });
export type OpenHour = z.infer<typeof openHourItem>;

/** Uploads under keys that start with their date are reconciled up to this time. */
export const uploadsItem = z.object({ checkedTo: z.string() });

/** How far the walk through the whole bucket has come. */
export const walkItem = z.object({
  /** Where the listing goes on; absent at its start. */
  keyMarker: z.string().optional(),
  versionIdMarker: z.string().optional(),
  roundStartedAt: z.string(),
  /** What was uploaded before was looked at in an earlier round. */
  since: z.string(),
  /** The oldest upload of this round that had no job; the next round looks it up again. */
  oldestWaiting: z.string().optional(),
});
export type Walk = z.infer<typeof walkItem>;

/** An upload that had no job, or a job that was stuck, and when it was driven again last. */
export const drivenItem = z.object({
  sk: z.string(),
  reason: z.enum(["lost", "stuck"]),
  pipeline: z.string(),
  key: z.string(),
  drivenAt: z.string(),
});
export type Driven = z.infer<typeof drivenItem>;
