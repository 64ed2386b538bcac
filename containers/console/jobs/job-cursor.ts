import { z } from "zod";
import type { IndexPlace } from "../../../events/jobs/query-jobs.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";

/**
 * Where a list of jobs goes on: in each partition that it reads, after this place; undefined: at its beginning. However
 * many jobs are of one millisecond, the index tells them apart.
 */
export type Places = readonly (IndexPlace | undefined)[];

const stored = z.strictObject({
  after: z
    .array(z.tuple([z.iso.datetime(), z.string().regex(/^[0-9a-f]{64}$/)]).nullable())
    .min(1)
    .max(64),
});

export function writeJobCursor(places: Places, query: unknown): string {
  return encodeCursor({ after: places.map((place) => place && [place.createdAt, place.jobId]) }, query);
}

/** @throws Problem 400 for a text that is no cursor, or one of another question */
export function readJobCursor(text: string, query: unknown): Places {
  return decodeCursor(text, stored, query).after.map((place) =>
    place === null ? undefined : { createdAt: place[0], jobId: place[1] },
  );
}
