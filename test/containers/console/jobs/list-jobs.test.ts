import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobList } from "../../../../containers/console/api/schemas/jobs.ts";
import type { JobItem } from "../../../../events/jobs/job.ts";
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
async function calls(query: string): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const answer = await site.ask(`/api/jobs?${query}${cursor ? `&cursor=${cursor}` : ""}`);
    const body = (await answer.json()) as JobList;
    found.push(body.jobs.map(({ key }) => key));
    cursor = body.cursor;
  } while (cursor && found.length < COUNT);
  return found;
}

test("a search looks at a bounded number of jobs each time, and its cursor leads to the rest", async () => {
  expect(await calls("text=needle&limit=50")).toEqual([[], ["needle.csv"]]);
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
