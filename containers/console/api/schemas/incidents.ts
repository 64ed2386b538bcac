import { z } from "@hono/zod-openapi";
import { incidentSeverity, incident as storedIncident } from "../../../../events/incidents/incident.ts";
import { failureCause } from "../../../../events/jobs/job.ts";
import { cursor, instant } from "./common.ts";

/** A task that stopped wrongly, or a launch that was refused for good. */
export const incident = storedIncident
  .omit({ expiresAt: true, day: true, alerted: true })
  .openapi("Incident");
export type Incident = z.output<typeof incident>;

/** Without what only the incident's own page shows. */
export const incidentSummary = incident
  .omit({ log: true, task: true, links: true })
  .openapi("IncidentSummary");
export type IncidentSummary = z.output<typeof incidentSummary>;

export const incidentsQuery = z.strictObject({
  severity: incidentSeverity.optional(),
  cause: failureCause.optional(),
  pipeline: z.string().min(1).max(32).optional(),
  /** @default a week ago */
  from: instant.optional(),
  to: instant.optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number("a number from 1 to 200").int().min(1).max(200).default(50),
});
export type IncidentsQuery = z.output<typeof incidentsQuery>;

export const incidentList = z
  .strictObject({
    /** Newest first. */
    incidents: z.array(incidentSummary),
    cursor: cursor.optional(),
  })
  .openapi("IncidentList");
export type IncidentList = z.output<typeof incidentList>;

export const incidentId = z.string().regex(/^[0-9a-f]{32}$/, "it has 32 hexadecimal digits, lower case");

export const incidentDetail = z
  .strictObject({
    incident,
    /** Incidents of the same day with the same fingerprint, this one among them, newest first; at most 100. */
    alike: z.array(incidentSummary),
    /** Whether the day has more of them. */
    moreAlike: z.boolean(),
  })
  .openapi("IncidentDetail");
export type IncidentDetail = z.output<typeof incidentDetail>;
