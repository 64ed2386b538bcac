/** Headings of docs/runbook.md, by what follows `#` in a link to them. */
export type RunbookEntry =
  | "backlog"
  | "console-errors"
  | "console-unhealthy"
  | "dead-letters"
  | "functions-throttled"
  | "jobs-wait"
  | "launches-wait"
  | "old-messages"
  | "scaling";

/** An alarm's description: what it is about, and where to read on. Alarms reach people as mail, on a phone. */
export function described(what: string, entry: RunbookEntry): string {
  return `${what}. What to do: docs/runbook.md#${entry}`;
}
