import type { Incident } from "../../../events/incidents/incident.ts";
import {
  type IncidentTable,
  incidentsUntil,
  readIncident as readItem,
} from "../../../events/incidents/incident-table.ts";
import type { Api } from "../api/api.ts";
import { listIncidents, readIncident } from "../api/routes/incidents.ts";
import { Problem, shown } from "../problem.ts";
import { incidentSummary, incidentView } from "./incident-view.ts";
import { listIncidents as list } from "./list-incidents.ts";

/** Incidents of the same kind that are shown with one, and how many of the day are looked at for them. */
const MAX_ALIKE = 100;
const MAX_LOOKED_AT = 1_000;

/** What went wrong, and what to do. */
export function incidentRoutes(api: Api, table: IncidentTable, now: () => Date): void {
  api.openapi(listIncidents, async (context) =>
    context.json(await list(table, context.req.valid("query"), now()), 200),
  );
  api.openapi(readIncident, async (context) => {
    const { incidentId } = context.req.valid("param");
    const incident = await readItem(table, incidentId);
    if (!incident) {
      throw new Problem(
        404,
        "incident",
        shown(incidentId),
        "there is none of this id; they are kept for 90 days",
      );
    }
    const { alike, moreAlike } = await alikeOf(table, incident);
    return context.json(
      { incident: incidentView(incident), alike: alike.map(incidentSummary), moreAlike },
      200,
    );
  });
}

/** Incidents of the same day with the same fingerprint, newest first. */
async function alikeOf(
  table: IncidentTable,
  { day, fingerprint }: Incident,
): Promise<{ readonly alike: Incident[]; readonly moreAlike: boolean }> {
  const alike: Incident[] = [];
  let lookedAt = 0;
  for await (const other of incidentsUntil(table, day, day, `${day}Z`)) {
    if (other.fingerprint === fingerprint) alike.push(other);
    if (alike.length > MAX_ALIKE || ++lookedAt === MAX_LOOKED_AT) {
      return { alike: alike.slice(0, MAX_ALIKE), moreAlike: true };
    }
  }
  return { alike, moreAlike: false };
}
