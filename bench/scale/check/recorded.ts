import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** What `measure.ts` has measured on the running local system; seconds are the runtime's. */
export const recorded = z.strictObject({
  date: z.string(),
  machine: z.string(),
  loadAverage: z.number(),
  speed: z.number(),
  settings: z.record(z.string(), z.number()),
  startSeconds: z.number(),
  /** From a task's start to its first receive: Node.js, on a machine that is busy with the others. */
  bootSeconds: z.number(),
  /** Of each object, since the first upload. */
  uploads: z.array(z.number()),
  /** For which it kept a worker, each object's in the order of uploads. */
  service: z.array(z.number()),
  /** From upload to result, each object's in the order of uploads. */
  times: z.array(z.number()),
  /** Tasks that ran, by seconds since the first upload. */
  workers: z.array(z.tuple([z.number(), z.number()])),
  taskSeconds: z.number(),
});
export type Recorded = z.infer<typeof recorded>;

export const RECORD_FILE = join(import.meta.dirname, "recorded.json");

export function readRecorded(): Recorded {
  return recorded.parse(JSON.parse(readFileSync(RECORD_FILE, "utf8")));
}
