import type { NewIncident } from "../../../events/incidents/incident.ts";
import { type IncidentTable, keepIncident, markAlerted } from "../../../events/incidents/incident-table.ts";
import { type AlertWindows, alertDue } from "./alert-window.ts";
import { type Alert, composeAlert } from "./compose-alert.ts";

export interface IncidentDependencies {
  readonly table: IncidentTable;
  /** Days that an incident is kept. */
  readonly keepDays: number;
  readonly windows: AlertWindows;
  readonly publish: (alert: Alert) => Promise<void>;
  /** Lambda's request id, or the message's: the same when the same is tried again. */
  readonly invocation: string;
  readonly now: () => Date;
}

/** What came of an incident: `known` before, `quiet` because it needs nobody, `counted` with its like, or `alerted`. */
export type RaisedIncident = "known" | "quiet" | "counted" | "alerted";

/**
 * Keeps an incident and tells people of it, once. Should this end anywhere in between, the event that led here comes
 * again and finds what is missing: an alert is sent at least once, and a second time only if the first one's sender
 * was lost between sending and writing that down.
 */
export async function raiseIncident(
  incident: NewIncident,
  { table, keepDays, windows, publish, invocation, now }: IncidentDependencies,
): Promise<RaisedIncident> {
  const { incidentId, fingerprint } = incident;
  // The platform has seen to a warning already: it is kept for whoever looks, and wakes nobody.
  const quiet = incident.severity === "warning";
  const time = now().getTime();
  const expiresAt = Math.floor(time / 1_000) + keepDays * 24 * 3_600;
  const kept = await keepIncident(table, { ...incident, expiresAt, ...(quiet && { alerted: true }) });
  if (kept === "done") return "known";
  if (quiet) return "quiet";
  const open = kept === "pending" ? await windows.read(fingerprint, time) : undefined;
  const window = open ?? (await windows.count(fingerprint, time));
  const alerts =
    alertDue(window, incidentId) &&
    (await windows.claim(fingerprint, window, { incidentId, invocation }, time));
  if (alerts) await publish(composeAlert(incident, window));
  // A claim of the same incident by another invocation that is still fresh is left to it: it is tried again itself.
  if (!alerts && window.claimedBy === incidentId) return "counted";
  await markAlerted(table, incidentId);
  return alerts ? "alerted" : "counted";
}
