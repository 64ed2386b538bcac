import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { type CostBasis, jobCost } from "../../../events/batch/job-cost.ts";
import { type IncidentTable, incidentsOfJob } from "../../../events/incidents/incident-table.ts";
import { FINAL_STATUSES, type JobItem } from "../../../events/jobs/job.ts";
import { readJob as readJobItem } from "../../../events/jobs/job-table.ts";
import type { JobsInTable } from "../../../events/jobs/read-jobs.ts";
import { timelineOf } from "../../../events/jobs/timeline.ts";
import type { Api } from "../api/api.ts";
import { listFiles, listJobs, readJob, readLog, readResult, replayJob } from "../api/routes/jobs.ts";
import { Problem, shown } from "../problem.ts";
import { attemptsOf } from "./attempts.ts";
import { type LogPlaces, readJobLog } from "./job-log.ts";
import { jobView } from "./job-view.ts";
import { listJobs as list } from "./list-jobs.ts";
import { type ResultPlace, readResult as readDocument, resultFiles } from "./result-files.ts";

export interface JobsPlace extends ResultPlace {
  readonly jobs: JobsInTable;
  readonly incidents: IncidentTable;
  readonly logs: CloudWatchLogsClient;
  readonly logPlaces: LogPlaces;
  readonly costBasis: CostBasis;
  /** Has a failed job tried again. @throws Problem 409 when it has not failed */
  readonly replay: (job: JobItem) => Promise<JobItem>;
  readonly now: () => Date;
}

/** Jobs, what became of them, and trying one again. */
export function jobRoutes(api: Api, place: JobsPlace): void {
  const { jobs, now } = place;
  api.openapi(listJobs, async (context) =>
    context.json(await list(jobs, context.req.valid("query"), now()), 200),
  );
  api.openapi(readJob, async (context) => {
    const job = await jobOf(jobs, context.req.valid("param").jobId);
    const incidents = await incidentsOfJob(place.incidents, job.jobId);
    const isAdministrator = context.get("session").role === "administrator";
    const attempts = attemptsOf(job, incidents).map(({ incidentId, ...attempt }) =>
      isAdministrator ? { ...attempt, incidentId } : attempt,
    );
    const detail = {
      job: jobView(job),
      attempts,
      timeline: timelineOf(job, incidents),
      cost: costOf(job, place.costBasis),
      replayable: job.status === "failed",
    };
    return context.json(detail, 200);
  });
  api.openapi(readResult, async (context) => {
    const job = await jobOf(jobs, context.req.valid("param").jobId);
    return context.json((await readDocument(place, job)) as object, 200);
  });
  api.openapi(listFiles, async (context) => {
    const job = await jobOf(jobs, context.req.valid("param").jobId);
    return context.json({ files: await resultFiles(place, job, now()) }, 200);
  });
  api.openapi(readLog, async (context) => {
    const job = await jobOf(jobs, context.req.valid("param").jobId);
    return context.json(await readJobLog(place.logs, place.logPlaces, job, context.req.valid("query")), 200);
  });
  api.openapi(replayJob, async (context) => {
    const job = await jobOf(jobs, context.req.valid("param").jobId);
    return context.json({ job: jobView(await place.replay(job)) }, 202);
  });
}

async function jobOf(table: JobsInTable, jobId: string): Promise<JobItem> {
  const job = await readJobItem(table, jobId);
  if (!job) throw new Problem(404, "job", shown(jobId), "there is no job of this id");
  return job;
}

/** Of a job that is over; while it is under way its cost is not known. */
function costOf(job: JobItem, basis: CostBasis) {
  if (!FINAL_STATUSES.includes(job.status) || job.finishedAt === undefined) return undefined;
  return jobCost(job, basis);
}
