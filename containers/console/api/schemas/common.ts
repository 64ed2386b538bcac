import { z } from "@hono/zod-openapi";

/** An instant, ISO 8601 in UTC. */
export const instant = z.iso.datetime({ error: "a time in ISO 8601, in UTC, such as 2026-11-22T13:00:00Z" });

/** Billionths of a dollar; divide by 1e9. */
export const nanoDollars = z.int().nonnegative();

/** Where a list goes on: to be given back unchanged. */
export const cursor = z.string().min(1).max(2_000);

export const jobId = z.string().regex(/^[0-9a-f]{64}$/, "it has 64 hexadecimal digits, lower case");

/** A link to S3's own origin, never the console's. */
export const presignedLink = z.strictObject({
  url: z.url(),
  expiresAt: instant,
});
