import { z } from "@hono/zod-openapi";
import { incidentSummary } from "./incidents.ts";
import { job } from "./jobs.ts";

/**
 * What `GET /api/events` sends, by the event's name; `data` is this as JSON. `ready`: from here on every change is
 * told; what was before is in the lists. `job`: a job as it is now. `incident`: a new one, for administrators alone.
 */
export const liveEvents = {
  ready: z.strictObject({}),
  job,
  incident: incidentSummary,
} as const;
export type LiveEventName = keyof typeof liveEvents;
export type LiveEvent = {
  [Name in LiveEventName]: { name: Name; data: z.output<(typeof liveEvents)[Name]> };
}[LiveEventName];
