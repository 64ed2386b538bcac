import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { taskSize } from "../../../events/pipeline.ts";

/** The defaults that the sweep was last looked at with. infra/ has these; a test fails where it has others. */
export const choiceRecord = z.strictObject({
  date: z.string(),
  dedicatedAboveBytes: z.record(z.string(), z.number()),
  worker: taskSize,
  /** As the worker's CPU gives it. */
  workerConcurrency: z.number(),
  acceptableLatencySeconds: z.number(),
  secondsPerMessage: z.number(),
  /** Why this point and not a neighbour. */
  because: z.string(),
});
export type ChoiceRecord = z.infer<typeof choiceRecord>;

export const CHOICE_FILE = join(import.meta.dirname, "choice.json");

export function readChoice(): ChoiceRecord {
  return choiceRecord.parse(JSON.parse(readFileSync(CHOICE_FILE, "utf8")));
}
