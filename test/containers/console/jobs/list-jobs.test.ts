import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobList } from "../../../../containers/console/api/schemas/jobs.ts";
import type { JobItem } from "../../../../events/jobs/job.ts";
import { applyWrite } from "../../../../events/jobs/job-table.ts";
import { extendLease, newJobOf, startPooled } from "../../../../events/jobs/transitions.ts";
import { makeJob, startTestConsole, type TestConsole } from "../harness.ts";

/** Seconds between jobs: some hundred an hour. */
const EVERY = 20;
const COUNT = 650;
let site: TestConsole;
/** Newest first, the oldest with a name of its own. */
let jobs: JobItem[];

beforeAll(async () => {
  site = await startTestConsole();
  jobs = Array.from({ length: COUNT }, (_, index) =>
    makeJob(index === COUNT - 1 ? "needle.csv" : `hay-${index}.csv`, index * EVERY, {
      status: index % 100 === 0 ? "failed" : "succeeded",
      pipeline: index % 100 === 1 ? "generic" : "tables",
    }),
  );
  await Promise.all(jobs.map((job) => site.put(job)));
});
afterAll(() => site[Symbol.asyncDispose]());

/** What each call finds, to the end. */
async function calls(query: string, on = site): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const answer = await on.ask(`/api/jobs?${query}${cursor ? `&cursor=${cursor}` : ""}`);
    const body = (await answer.json()) as JobList;
    found.push(body.jobs.map(({ key }) => key));
    cursor = body.cursor;
  } while (cursor && found.length < COUNT);
  return found;
}

test("a search looks at a bounded number of jobs each time, and its cursor leads to the rest", async () => {
  expect(await calls("text=needle&limit=50")).toEqual([[], [], ["needle.csv"]]);
});

test("jobs of one millisecond are listed once each, however many they are", async () => {
  await using other = await startTestConsole();
  const at = new Date(Date.now() - 1_000).toISOString();
  const many = Array.from({ length: 150 }, (_, index) =>
    makeJob(`at-once-${index}.csv`, 1, { createdAt: at }),
  );
  await Promise.all(many.map((job) => other.put(job)));
  const found = (await calls("limit=40", other)).flat();
  expect(found.toSorted()).toEqual(many.map(({ key }) => key).toSorted());
});

test("jobs under way are found by their state: those listed as open, and pooled ones that have only just been taken", async () => {
  await using other = await startTestConsole();
  const takenAgo = async (key: string, seconds: number) => {
    const job = newJobOf(makeJob(key, seconds));
    const now = new Date(Date.now() - seconds * 1_000).toISOString();
    await applyWrite(other.jobs, startPooled(job, { taskArn: "w" }, { now, until: now }, true));
    return { jobId: job.jobId, holder: { taskArn: "w", attempt: 1 }, lease: { now, until: now } };
  };
  await takenAgo("fresh.csv", 5);
  const older = await takenAgo("older.csv", 600);
  await applyWrite(other.jobs, extendLease(older.jobId, older.holder, older.lease));
  const both = await takenAgo("both.csv", 30);
  await applyWrite(other.jobs, extendLease(both.jobId, both.holder, both.lease));
  await other.put(makeJob("waiting.csv", 700, { status: "queued" }));
  await other.put(makeJob("own.csv", 3, { status: "running", lane: "dedicated" }));
  for (const limit of [1, 50]) {
    expect((await calls(`status=running&limit=${limit}`, other)).flat()).toEqual([
      "own.csv",
      "fresh.csv",
      "both.csv",
      "older.csv",
    ]);
    expect((await calls(`status=queued&limit=${limit}`, other)).flat()).toEqual(["waiting.csv"]);
  }
});

test.each(["", "&status=succeeded", "&pipeline=generic", "&pipeline=tables"])(
  "many jobs an hour are listed once each, in order, with limit=50%s",
  async (filter) => {
    const parameters = new URLSearchParams(filter);
    const wanted = jobs.filter(({ status, pipeline }) =>
      [status, pipeline].every((value, index) =>
        [value, null].includes(parameters.get(index === 0 ? "status" : "pipeline")),
      ),
    );
    expect((await calls(`limit=50${filter}`)).flat()).toEqual(wanted.map(({ key }) => key));
  },
);
