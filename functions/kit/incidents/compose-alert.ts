import type { IncidentTask, NewIncident } from "../../../events/incidents/incident.ts";
import type { AlertWindow } from "./alert-window.ts";
import { CAUSES } from "./causes.ts";

/** What goes to the administrators' topic. */
export interface Alert {
  /** Fewer than 100 characters of ASCII. */
  readonly subject: string;
  /** For people. */
  readonly text: string;
  /** For machines. */
  readonly document: AlertDocument;
  /** For subscriptions' filter policies. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** An alert as queues and functions get it: the incident, and how many there are alike. */
export type AlertDocument = NewIncident & {
  readonly schema: "longshore/alert/1";
  /** Alike faults in this window so far, this one included, and in the window before. */
  readonly count: number;
  readonly previousCount: number;
  readonly windowStartedAt: string;
};

/** SNS takes a subject of fewer than 100 ASCII characters, without control characters. Source: SNS API reference, Publish. */
const MAX_SUBJECT = 99;
/** What a person reads on a phone; all lines are in the incident. */
const LINES_IN_TEXT = 6;
const LINES_IN_DOCUMENT = 20;
const MAX_LINE = 300;

export function composeAlert(
  incident: NewIncident,
  window: Pick<AlertWindow, "count" | "previous" | "startedAt">,
): Alert {
  const { severity, cause, job } = incident;
  return {
    subject: subjectOf(incident, window.count),
    text: textOf(incident, window),
    document: documentOf(incident, window),
    attributes: { severity, cause, ...(job ? { pipeline: job.pipeline } : {}) },
  };
}

/** Where, what and which: `Longshore: tables: out of memory, job a47b6e6d failed (Q3 figures.csv)`. */
export function subjectOf(incident: NewIncident, count: number): string {
  const { cause, severity, job, task } = incident;
  const place = job?.pipeline ?? placeOf(task);
  const critical = severity === "critical" ? "CRITICAL " : "";
  const what = `${place}: ${CAUSES[cause].words}`;
  if (count > 1) return ascii(`Longshore ${critical}${count} x ${what}`);
  const which = job
    ? `job ${job.jobId.slice(0, 8)} failed (${job.key.split("/").at(-1) ?? job.key})`
    : `task ${taskIdOf(task?.taskArn).slice(0, 8)} stopped`;
  return ascii(`Longshore ${critical}${what}, ${which}`);
}

function textOf(incident: NewIncident, { count, previous }: Pick<AlertWindow, "count" | "previous">): string {
  const { job, task, log } = incident;
  const exits = task?.containers
    .filter(({ exitCode }) => exitCode !== undefined)
    .map(({ name, exitCode }) => `${name} ${exitCode}`)
    .join(", ");
  const lines = log?.lines.slice(-LINES_IN_TEXT).map(cut) ?? [];
  return [
    incident.summary,
    incident.outcome,
    "",
    ...(count > 1
      ? [`${count} alike within the hour; this is the latest. More are counted, not mailed.`, ""]
      : []),
    ...(count === 1 && previous > 1 ? [`In the hour before there were ${previous} alike.`, ""] : []),
    `What to do: ${incident.remedy}`,
    "",
    `Why: ${incident.reason}`,
    ...(job
      ? [
          `Object: s3://${job.bucket}/${job.key}`,
          `Job: ${job.jobId} (attempt ${job.attempt} of pipeline ${job.pipeline})`,
        ]
      : []),
    ...(task
      ? [`Task: ${taskIdOf(task.taskArn)} (${[task.group, task.capacity].filter(Boolean).join(", ")})`]
      : []),
    ...(exits ? [`Exit codes: ${exits}`] : []),
    `When: ${incident.occurredAt}`,
    ...(lines.length > 0 ? ["", "Last log lines:", ...lines.map((line) => `  ${line}`)] : []),
    ...(incident.logDriver === undefined
      ? []
      : [
          "",
          `Log lines are where the task's log driver, ${incident.logDriver}, sends them; none can be quoted.`,
        ]),
    "",
    ...Object.entries(incident.links).map(([name, url]) => `${LINK_NAMES[name] ?? name}: ${url}`),
    `More: npx longshore ${job ? `job ${job.jobId.slice(0, 12)}` : "incidents"}`,
  ].join("\n");
}

const LINK_NAMES: Readonly<Record<string, string>> = { ecs: "ECS", logs: "Logs", console: "Console" };

function documentOf(
  incident: NewIncident,
  { count, previous, startedAt }: Pick<AlertWindow, "count" | "previous" | "startedAt">,
): AlertDocument {
  const { log } = incident;
  return {
    schema: "longshore/alert/1",
    ...incident,
    ...(log ? { log: { ...log, lines: log.lines.slice(-LINES_IN_DOCUMENT).map(cut) } } : {}),
    count,
    previousCount: previous,
    windowStartedAt: new Date(startedAt).toISOString(),
  };
}

/** What people call a task without a job: its container that failed. Groups have generated names. */
export function placeOf(task: Pick<IncidentTask, "containers" | "group"> | undefined): string {
  const failed = task?.containers.find(({ exitCode }) => exitCode !== 0) ?? task?.containers[0];
  return failed?.name ?? task?.group ?? "a task";
}

function taskIdOf(taskArn: string | undefined): string {
  return taskArn?.split("/").at(-1) ?? "unknown";
}

function cut(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}

/** Letters lose their accents before what is left beyond ASCII becomes a question mark. */
function ascii(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^ -~]/gu, "?");
  return plain.length <= MAX_SUBJECT ? plain : `${plain.slice(0, MAX_SUBJECT - 3)}...`;
}
