import type { Incident } from "../../../events/incidents/incident.ts";
import { type IncidentTable, incidentsUntil } from "../../../events/incidents/incident-table.ts";
import type { IncidentList, IncidentsQuery } from "../api/schemas/incidents.ts";
import { positionAfter, readCursor, wasSeen, writeCursor } from "../cursor.ts";
import { incidentSummary } from "./incident-view.ts";

const DAY_MS = 24 * 3_600_000;
const DEFAULT_DAYS = 7;
/** ECS's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 60_000;
/** Incidents that one call looks at for a filter that leaves little of them; the cursor leads on. */
const MAX_LOOKED_AT = 500;

/** Incidents, newest first, day by day. @throws Problem 400 for a wrong cursor */
export async function listIncidents(
  table: IncidentTable,
  query: IncidentsQuery,
  now: Date,
): Promise<IncidentList> {
  const { cursor, limit, ...asked } = query;
  const latest = new Date(now.getTime() + CLOCK_SKEW_MS).toISOString();
  const start = cursor === undefined ? { at: query.to ?? latest, seen: [] } : readCursor(cursor, asked);
  const from = query.from ?? new Date(now.getTime() - DEFAULT_DAYS * DAY_MS).toISOString();
  const incidents: Incident[] = [];
  let position = start;
  let lookedAt = 0;
  for (const day of daysBack(start.at, from)) {
    for await (const incident of incidentsUntil(table, day, from, position.at)) {
      const place = { at: incident.occurredAt, id: incident.incidentId };
      if (wasSeen(position, place) || place.at === query.to) continue;
      position = positionAfter([place], position);
      lookedAt++;
      if (isWanted(incident, query)) incidents.push(incident);
      if (incidents.length === limit || lookedAt === MAX_LOOKED_AT) {
        return { incidents: incidents.map(incidentSummary), cursor: writeCursor(position, asked) };
      }
    }
  }
  return { incidents: incidents.map(incidentSummary) };
}

function isWanted({ severity, cause, job }: Incident, query: IncidentsQuery): boolean {
  return (
    (query.severity === undefined || severity === query.severity) &&
    (query.cause === undefined || cause === query.cause) &&
    (query.pipeline === undefined || job?.pipeline === query.pipeline)
  );
}

/** `2026-11-22`, and the days before it. */
function daysBack(from: string, to: string): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from.slice(0, 10)); time >= Date.parse(to.slice(0, 10)); time -= DAY_MS) {
    days.push(new Date(time).toISOString().slice(0, 10));
  }
  return days;
}
