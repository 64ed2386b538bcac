import { expect, test } from "vitest";
import type { Job } from "../../../../containers/console/api/schemas/jobs.ts";
import {
  type Filters,
  fits,
  withChanges,
} from "../../../../containers/console/web/src/pages/jobs/job-list.ts";

const ANY: Filters = { status: "", pipeline: "", text: "", since: "" };
const NOW = Date.parse("2026-11-22T12:00:00Z");

function job(name: string, secondsAgo: number, change: Partial<Job> = {}): Job {
  const at = new Date(NOW - secondsAgo * 1000).toISOString();
  return {
    jobId: name.padEnd(64, "0"),
    status: "running",
    pipeline: "tables",
    lane: "pooled",
    bucket: "uploads",
    key: `2026/11/22/${name}.csv`,
    name: `${name}.csv`,
    size: 10,
    attempt: 1,
    createdAt: at,
    updatedAt: at,
    hasResult: false,
    ...change,
  };
}
const names = (jobs: readonly Job[]) => jobs.map(({ name }) => name);
const all = () => true;

test("a new job takes its place by the time at which it came", () => {
  const list = [job("b", 20), job("d", 40)];
  expect(names(withChanges(list, [job("c", 30), job("a", 10)], all, false))).toEqual([
    "a.csv",
    "b.csv",
    "c.csv",
    "d.csv",
  ]);
});

test("a job from further back than the list has been read stays out until the list gets there", () => {
  const list = [job("a", 10)];
  expect(names(withChanges(list, [job("old", 99)], all, false))).toEqual(["a.csv"]);
  expect(names(withChanges(list, [job("old", 99)], all, true))).toEqual(["a.csv", "old.csv"]);
});

test("a known job is shown as it is now, and an older word of it changes nothing", () => {
  const later = "2026-11-22T12:00:30.000Z";
  const list = [job("a", 10, { updatedAt: later, status: "succeeded" })];
  const [shown] = withChanges(list, [job("a", 10)], all, true);
  expect(shown?.status).toBe("succeeded");
  const [now] = withChanges(
    [job("a", 10)],
    [job("a", 10, { updatedAt: later, status: "failed" })],
    all,
    true,
  );
  expect(now?.status).toBe("failed");
});

test("a job that no longer fits leaves the list", () => {
  const running: Filters = { ...ANY, status: "running" };
  const done = job("a", 10, { status: "succeeded" });
  expect(withChanges([job("a", 10)], [done], (each) => fits(each, running, NOW), true)).toEqual([]);
});

test.each([
  ["its state", { status: "failed" }, false],
  ["its pipeline", { pipeline: "tables" }, true],
  ["a part of its key, whatever the case", { text: "11/22/READ" }, true],
  ["another word", { text: "writings" }, false],
  ["its whole id", { text: "readings".padEnd(64, "0") }, true],
  ["the hour that it came in", { since: "1h" }, true],
])("a job is asked for by %s", (_, filters, expected) => {
  expect(fits(job("readings", 1800), { ...ANY, ...filters }, NOW)).toBe(expected);
});

test("a job that came before the span does not fit", () => {
  expect(fits(job("a", 3700), { ...ANY, since: "1h" }, NOW)).toBe(false);
});
