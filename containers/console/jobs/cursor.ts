import { z } from "zod";
import { hourOf } from "../../../events/jobs/job.ts";
import { Problem, shown } from "../problem.ts";

/** An hour in UTC, such as `2026-11-22T13`. */
export const hour = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/, "an hour in UTC such as 2026-11-22T13")
  .refine((text) => !Number.isNaN(Date.parse(`${text}:00:00Z`)), "an hour that exists");

/** Where a list goes on: in this hour, after that job when there is one. */
const cursor = z
  .strictObject({
    hour,
    after: z
      .strictObject({ createdAt: z.iso.datetime(), jobId: z.string().regex(/^[0-9a-f]{64}$/) })
      .optional(),
  })
  .refine((position) => position.after === undefined || hourOf(position.after.createdAt) === position.hour);
export type Cursor = z.output<typeof cursor>;

export function writeCursor(position: Cursor): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** @throws Problem 400 for a text that is no cursor */
export function readCursor(text: string): Cursor {
  try {
    return cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    throw new Problem(400, "cursor", shown(text), "it is a cursor that an earlier answer gave, unchanged");
  }
}
