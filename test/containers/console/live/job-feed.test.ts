import { expect, test } from "vitest";
import { type FeedEvent, JobFeed, WINDOW } from "../../../../containers/console/live/job-feed.ts";
import type { JobItem } from "../../../../events/jobs/job.ts";
import { makeJob, until } from "../harness.ts";

/** A feed over jobs in memory, newest first; counts how often it looks. */
function feedOver(jobs: JobItem[]) {
  const counts = { looks: 0, reads: 0 };
  const errors: unknown[] = [];
  let failing = false;
  const feed = new JobFeed({
    newestJobs: async (limit) => {
      counts.looks++;
      if (failing) throw new Error("the table does not answer");
      return jobs.slice(0, limit);
    },
    readJob: async (jobId) => {
      counts.reads++;
      return jobs.find((job) => job.jobId === jobId);
    },
    onError: (error) => errors.push(error),
  });
  const fail = (value: boolean) => {
    failing = value;
  };
  return { feed, counts, errors, fail };
}

test("the table is not looked at while nobody listens", async () => {
  const { feed, counts } = feedOver([]);
  const events: FeedEvent[] = [];
  const unsubscribe = feed.subscribe((event) => events.push(event));
  await until(() => events.length === 1);
  unsubscribe();
  await until(() => counts.looks === 1);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(counts.looks).toBe(1);
});

test("an open job that newer ones have pushed out is still followed", async () => {
  const old = makeJob("old.csv", 1000, { status: "running" });
  const jobs = [old];
  const { feed } = feedOver(jobs);
  const events: FeedEvent[] = [];
  const unsubscribe = feed.subscribe((event) => events.push(event));
  await until(() => events.length === 1);
  jobs.unshift(...Array.from({ length: WINDOW - 1 }, (_, index) => makeJob(`new-${index}.csv`, 10)));
  await until(() => events.length === WINDOW);
  jobs.unshift(makeJob("newest.csv", 0));
  jobs[jobs.length - 1] = { ...old, status: "succeeded", updatedAt: new Date().toISOString() };
  await until(() => events.some((event) => event.type === "job" && event.job.key === "old.csv"));
  unsubscribe();
});

test("when more is new than one look takes in, listeners are told to read the list", async () => {
  const jobs = [makeJob("first.csv", 100)];
  const { feed } = feedOver(jobs);
  const events: FeedEvent[] = [];
  const unsubscribe = feed.subscribe((event) => events.push(event));
  await until(() => events.length === 1);
  jobs.unshift(...Array.from({ length: WINDOW + 50 }, (_, index) => makeJob(`new-${index}.csv`, 10)));
  await until(() => events.length === 2);
  expect(events.map(({ type }) => type)).toEqual(["ready", "ready"]);
  unsubscribe();
});

test("a table that does not answer for a while ends nothing", async () => {
  const jobs: JobItem[] = [];
  const { feed, errors, fail } = feedOver(jobs);
  const events: FeedEvent[] = [];
  const unsubscribe = feed.subscribe((event) => events.push(event));
  await until(() => events.length === 1);
  fail(true);
  await until(() => errors.length > 0);
  jobs.unshift(makeJob("after.csv", 0));
  fail(false);
  await until(() => events.length === 2);
  expect(events[1]).toMatchObject({ type: "job", job: { key: "after.csv" } });
  unsubscribe();
});
