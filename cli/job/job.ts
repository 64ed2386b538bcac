import { setTimeout as sleep } from "node:timers/promises";
import { incidentsOfJob } from "../../events/incidents/incident-table.ts";
import { FINAL_STATUSES, type JobItem } from "../../events/jobs/job.ts";
import { readJob } from "../../events/jobs/job-table.ts";
import { type TimelineEntry, timelineOf } from "../../events/jobs/timeline.ts";
import { operatorCommand, printJson } from "../operator/command.ts";
import type { Connection } from "../operator/connection.ts";
import { findJob } from "../operator/recent-jobs.ts";
import { UserError } from "../user-error.ts";
import { jobLog, type LogLine } from "./job-log.ts";

/** Between two looks while following. */
const FOLLOW_MS = 1_000;

/** `longshore job ID`: what happened to one job, its attempts, its task and that task's log. */
export const job = operatorCommand({
  usage: "longshore job ID [flags]; the beginning of an id is enough",
  flags: { follow: { type: "boolean", help: "go on until the job has ended; fails unless it succeeded" } },
  check({ positionals }) {
    if (positionals.length !== 1) throw new UserError("Name one job: longshore job ID");
  },
  async run(connection, { positionals: [id = ""], values }) {
    const { dynamo, output } = connection;
    const found = await findJob(dynamo, output("JobsTableName"), id);
    const log = jobLog(connection);
    const show = values.json === true ? jsonView() : textView();
    const isFollowing = values.follow === true;
    let current = found;
    for (;;) {
      show(current, await timeline(connection, current), await log.next(current));
      if (!isFollowing || FINAL_STATUSES.includes(current.status)) break;
      await sleep(FOLLOW_MS);
      const read = await readJob({ client: dynamo, jobsTable: output("JobsTableName") }, found.jobId);
      if (!read) throw new UserError(`Job ${found.jobId} is no longer there`);
      current = read;
    }
    return isFollowing && current.status !== "succeeded" ? 1 : 0;
  },
});

async function timeline({ dynamo, output }: Connection, current: JobItem): Promise<TimelineEntry[]> {
  const table = { client: dynamo, incidentsTable: output("IncidentsTableName") };
  return timelineOf(current, await incidentsOfJob(table, current.jobId));
}

type View = (job: JobItem, timeline: readonly TimelineEntry[], lines: readonly LogLine[]) => void;

/** One object a look, with what is new in it. */
function jsonView(): View {
  return (current, entries, lines) => printJson({ job: current, timeline: entries, log: lines });
}

/** The head once, then what is new. */
function textView(): View {
  const told = new Set<string>();
  return (current, entries, lines) => {
    if (told.size === 0) console.log(headOf(current));
    for (const { at, what } of entries) {
      const line = `  ${at.slice(0, 19).replace("T", " ")}  ${what}`;
      if (told.has(line)) continue;
      told.add(line);
      console.log(line);
    }
    for (const { at, text } of lines) console.log(`  │ ${new Date(at).toISOString().slice(11, 23)}  ${text}`);
  };
}

function headOf({
  jobId,
  bucket,
  key,
  size,
  versionId,
  pipeline,
  lane,
  status,
  taskArn,
  cost,
  taskMs,
  prices,
  result,
}: JobItem): string {
  const facts = [
    ["Job", jobId],
    [
      "Object",
      `s3://${bucket}/${key} (${size.toLocaleString("en-US")} bytes${versionId ? `, version ${versionId}` : ""})`,
    ],
    ["Pipeline", `${pipeline}, ${lane} lane`],
    ["Status", status],
    ...(taskArn ? [["Task", taskArn]] : []),
    ...(cost === undefined ? [] : [["Cost", costText(cost, taskMs, prices)]]),
    ...(result ? [["Result", `s3://${result.bucket}/${result.key}`]] : []),
  ];
  return `${facts.map(([name = "", value = ""]) => `${name.padEnd(9)} ${value}`).join("\n")}\n`;
}

function costText(cost: number, taskMs = 0, prices = "an unknown date"): string {
  return `$${(cost / 1e9).toFixed(9)} for ${(taskMs / 1_000).toFixed(3)} s of tasks (prices of ${prices})`;
}
