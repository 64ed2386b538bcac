import { type JobItem, jobStatus } from "../events/jobs/job.ts";
import { outcomeText } from "./job-row.ts";
import { operatorCommand, printJson } from "./operator/command.ts";
import { count, since, text } from "./operator/flags.ts";
import { recentJobs } from "./operator/recent-jobs.ts";
import { table } from "./table.ts";
import { UserError } from "./user-error.ts";

/** `longshore jobs`: the newest jobs, newest first. */
export const jobs = operatorCommand({
  usage: "longshore jobs [flags]",
  flags: {
    failed: { type: "boolean", help: "only those that failed" },
    status: { type: "string", value: "STATUS", help: `only those: ${jobStatus.options.join(", ")}` },
    pipeline: { type: "string", value: "NAME", help: "only those of one pipeline" },
    since: { type: "string", value: "TIME", default: "24h", help: "so long ago (2h, 7d) or ISO 8601 (24h)" },
    limit: { type: "string", value: "COUNT", default: "50", help: "at most so many (50)" },
  },
  check(given) {
    const status = text(given, "status");
    if (status !== undefined && !jobStatus.safeParse(status).success) {
      throw new UserError(`--status is "${status}"; it takes one of ${jobStatus.options.join(", ")}`);
    }
    since(given, new Date());
    count(given, "limit");
  },
  async run({ dynamo, output }, given) {
    const status = given.values.failed === true ? "failed" : text(given, "status");
    const pipeline = text(given, "pipeline");
    const limit = count(given, "limit");
    const found: JobItem[] = [];
    for await (const job of recentJobs(dynamo, output("JobsTableName"), since(given, new Date()))) {
      if (status !== undefined && job.status !== status) continue;
      if (pipeline !== undefined && job.pipeline !== pipeline) continue;
      found.push(job);
      if (found.length >= limit) break;
    }
    if (given.values.json === true) for (const job of found) printJson(job);
    else console.log(found.length > 0 ? table(HEAD, found.map(row)) : "No jobs.");
    return 0;
  },
});

const HEAD = ["Job", "Created", "File", "Pipeline", "Lane", "Status", "Attempt", "What came of it"];

function row(job: JobItem): string[] {
  return [
    job.jobId.slice(0, 12),
    job.createdAt.slice(0, 19).replace("T", " "),
    job.key,
    job.pipeline,
    job.lane,
    job.status,
    String(job.attempt),
    outcomeText(job),
  ];
}
