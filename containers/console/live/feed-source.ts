import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Incident } from "../../../events/incidents/incident.ts";
import { type IncidentTable, incidentsOfDay } from "../../../events/incidents/incident-table.ts";
import { hourOf, type JobItem, jobItem, OPEN_STATUSES } from "../../../events/jobs/job.ts";
import { type JobsInTable, queryStatus, readJobs } from "../jobs/job-index.ts";
import { type FeedSource, MAX_NEW } from "./change-feed.ts";

/** Clocks of tasks differ: a job may be from a little after our own now. */
const CLOCK_SKEW_MS = 60_000;
/** Open jobs of one state that a search finds; of more, the newest. */
const MAX_OPEN = 200;
/** Incidents that one look takes in. */
const MAX_INCIDENTS = 100;

export interface FeedTables {
  readonly jobs: JobsInTable;
  readonly incidents: IncidentTable;
  readonly now: () => Date;
}

/** What the feed looks at, in DynamoDB: each look is a query or two, and reads no more than has changed. */
export function feedSource({ jobs, incidents, now }: FeedTables): Omit<FeedSource, "onError"> {
  const latest = () => new Date(now().getTime() + CLOCK_SKEW_MS).toISOString();
  return {
    now,
    async newJobs(since) {
      const from = since.toISOString();
      const to = latest();
      const hours = [...new Set([hourOf(to), hourOf(now().toISOString()), hourOf(from)])];
      const found = await Promise.all(hours.map((hour) => newJobsOf(jobs, hour, from, to)));
      return found.flat().slice(0, MAX_NEW);
    },
    async openJobs() {
      const range = { from: "2000", to: latest(), limit: MAX_OPEN };
      const pages = await Promise.all(OPEN_STATUSES.map((status) => queryStatus(jobs, { status, ...range })));
      return [...new Set(pages.flatMap(({ entries }) => entries.map(({ jobId }) => jobId)))];
    },
    readJobs: (jobIds) => (jobIds.length > 0 ? readJobs(jobs, jobIds) : Promise.resolve([])),
    newIncidents: (since) => newIncidents(incidents, since.toISOString(), now().toISOString()),
  };
}

/** Jobs of one hour, newest first, from the index that lists jobs by time. */
async function newJobsOf(
  { client, jobsTable }: JobsInTable,
  hour: string,
  from: string,
  to: string,
): Promise<JobItem[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: jobsTable,
      IndexName: "byHour",
      ScanIndexForward: false,
      Limit: MAX_NEW,
      KeyConditionExpression: "#hour = :hour AND #createdAt BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#hour": "hour", "#createdAt": "createdAt" },
      ExpressionAttributeValues: { ":hour": hour, ":from": from, ":to": to },
    }),
  );
  return Items.map((item) => jobItem.parse(item));
}

/** Newest first. */
async function newIncidents(table: IncidentTable, from: string, to: string): Promise<Incident[]> {
  const days = [...new Set([to.slice(0, 10), from.slice(0, 10)])];
  const found: Incident[] = [];
  for (const day of days) {
    for await (const incident of incidentsOfDay(table, day, from)) {
      found.push(incident);
      if (found.length === MAX_INCIDENTS) return found;
    }
  }
  return found;
}
