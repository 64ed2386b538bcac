import type { Incident } from "../events/incidents/incident.ts";
import { incidentsOfDay } from "../events/incidents/incident-table.ts";
import { operatorCommand, printJson } from "./operator/command.ts";
import type { Connection } from "./operator/connection.ts";
import { count, since, text } from "./operator/flags.ts";
import { table } from "./table.ts";

/** `longshore incidents`: tasks that stopped wrongly and launches that were refused for good, newest first. */
export const incidents = operatorCommand({
  usage: "longshore incidents [flags]",
  flags: {
    all: { type: "boolean", help: "also those that were answered by themselves, such as by another attempt" },
    cause: { type: "string", value: "CAUSE", help: "only those of one cause, such as out-of-memory" },
    pipeline: { type: "string", value: "NAME", help: "only those of one pipeline" },
    since: { type: "string", value: "TIME", default: "7d", help: "so long ago (2h, 7d) or ISO 8601 (7d)" },
    limit: { type: "string", value: "COUNT", default: "50", help: "at most so many (50)" },
  },
  check(given) {
    since(given, new Date());
    count(given, "limit");
  },
  async run(connection, given) {
    const cause = text(given, "cause");
    const pipeline = text(given, "pipeline");
    const limit = count(given, "limit");
    const found: Incident[] = [];
    for await (const incident of recentIncidents(connection, since(given, new Date()))) {
      if (given.values.all !== true && incident.severity === "warning") continue;
      if (cause !== undefined && incident.cause !== cause) continue;
      if (pipeline !== undefined && incident.job?.pipeline !== pipeline) continue;
      found.push(incident);
      if (found.length >= limit) break;
    }
    if (given.values.json === true) for (const incident of found) printJson(incident);
    else console.log(found.length > 0 ? textOf(found) : "No incidents.");
    return 0;
  },
});

async function* recentIncidents({ dynamo, output }: Connection, from: Date): AsyncGenerator<Incident> {
  const place = { client: dynamo, incidentsTable: output("IncidentsTableName") };
  const first = from.toISOString();
  const day = new Date();
  for (; day.toISOString().slice(0, 10) >= first.slice(0, 10); day.setUTCDate(day.getUTCDate() - 1)) {
    yield* incidentsOfDay(place, day.toISOString().slice(0, 10), first);
  }
}

function textOf(found: readonly Incident[]): string {
  const rows = found.map(({ occurredAt, severity, cause, summary, job, task }) => [
    occurredAt.slice(0, 19).replace("T", " "),
    severity,
    cause,
    job ? `job ${job.jobId.slice(0, 12)}` : `task ${task?.taskArn.split("/").at(-1)?.slice(0, 12) ?? "–"}`,
    summary,
  ]);
  const remedies = new Map(found.map(({ cause, remedy }) => [cause, remedy]));
  return [
    table(["When", "Severity", "Cause", "Which", "What"], rows),
    "",
    ...[...remedies].map(([cause, remedy]) => `${cause}: ${remedy}`),
  ].join("\n");
}
