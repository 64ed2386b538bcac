import type { Incident as IncidentItem } from "../../../events/incidents/incident.ts";
import type { Incident, IncidentSummary } from "../api/schemas/incidents.ts";

/** An incident as the API shows it. */
export function incidentView({ expiresAt: _, day: __, alerted: ___, ...incident }: IncidentItem): Incident {
  return incident;
}

/** Without what only the incident's own page shows. */
export function incidentSummary(item: IncidentItem): IncidentSummary {
  const { log: _, task: __, links: ___, ...summary } = incidentView(item);
  return summary;
}
