import { describe, expect, it } from "vitest";
import { HourBooks } from "../../../../containers/batch/hours/hour-books.ts";
import { reportPage } from "../../../../containers/batch/report/report-page.ts";
import { hourReport } from "../../../../events/batch/report.ts";
import type { JobItem } from "../../../../events/jobs/job.ts";
import { basis, HOUR, jobOf } from "../support.ts";

const NOTHING_DRIVEN = { lost: 0, stuck: 0, examples: [] };

function reportOf(jobs: Iterable<JobItem>) {
  const books = new HourBooks(HOUR, basis);
  for (const job of jobs) books.add(job);
  return hourReport.parse(books.report(NOTHING_DRIVEN));
}
const failed = (cause: NonNullable<JobItem["failure"]>["cause"], jobId: string) =>
  jobOf({ jobId, status: "failed", failure: { cause, message: `why ${jobId}` } });

describe("the books of an hour", () => {
  it("add up by pipeline, and over all pipelines", () => {
    const { total, pipelines, complete } = reportOf([
      jobOf({ jobId: "a" }),
      jobOf({ jobId: "b", pipeline: "generic", attempt: 3 }),
      failed("timeout", "c"),
    ]);
    expect(pipelines.map(({ pipeline, objects }) => [pipeline, objects])).toEqual([
      ["generic", 1],
      ["tables", 2],
    ]);
    expect(total).toMatchObject({
      objects: 3,
      bytes: 300,
      attempts: 5,
      statuses: { succeeded: 2, failed: 1 },
      failures: { timeout: 1 },
      taskMs: { pooled: 750, dedicated: 0 },
    });
    expect(total.cost.pooled).toBe(pipelines.reduce((sum, { cost }) => sum + cost.pooled, 0));
    expect(complete).toBe(true);
  });

  it("are the same in whatever order the jobs come", () => {
    const jobs = [
      failed("timeout", "c"),
      failed("unreadable", "d"),
      jobOf({ jobId: "a" }),
      jobOf({ jobId: "b" }),
    ];
    expect(JSON.stringify(reportOf(jobs.toReversed()))).toBe(JSON.stringify(reportOf(jobs)));
  });

  it("are not complete while a job is open, and count no cost of it yet", () => {
    const { finishedAt: _, ...running } = jobOf({ status: "running" });
    const { complete, total, arrivals } = reportOf([running]);
    expect(complete).toBe(false);
    expect(total).toMatchObject({ open: 1, cost: { pooled: 0 }, processing: { count: 0 } });
    expect(arrivals[2]).toMatchObject({ minute: 10, open: 1 });
  });

  it("take a job that ends before it starts for one of no length, and say so", () => {
    const { total } = reportOf([jobOf({ finishedAt: `${HOUR}:09:00.000Z` })]);
    expect(total).toMatchObject({ oddTimes: 1, taskMs: { pooled: 0 }, processing: { maxMs: 0 } });
  });

  it("of an hour with no data say so", () => {
    const report = reportOf([]);
    expect(report).toMatchObject({ complete: true, total: { objects: 0 }, pipelines: [] });
    expect(reportPage(report)).toContain("No job became known in this hour.");
  });

  it("of 100,000 failures keep some of each cause, and a page that can be read", () => {
    function* failures() {
      for (let index = 0; index < 100_000; index++) {
        const cause = index % 3 === 0 ? "timeout" : "unreadable";
        yield jobOf({
          jobId: String(index),
          status: "failed",
          key: `${index}.csv`,
          failure: { cause, message: "x".repeat(10_000) },
        });
      }
    }
    const report = reportOf(failures());
    expect(report.failures).toMatchObject([
      { cause: "unreadable", count: 66_666 },
      { cause: "timeout", count: 33_334 },
    ]);
    expect(report.failures.flatMap(({ examples }) => examples)).toHaveLength(10);
    expect(reportPage(report).length).toBeLessThan(50_000);
  });
});

describe("the page", () => {
  it("shows keys and messages as text, and loads nothing", () => {
    const key = `<script>alert("1")</script>&\u0000'.csv`;
    const page = reportPage(
      reportOf([jobOf({ key, status: "failed", failure: { cause: "unreadable", message: key } })]),
    );
    expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;\u{FFFD}&#39;.csv");
    expect(page).not.toMatch(/<script|\bsrc=|\bhref=|url\(/);
    expect(page).toContain("default-src 'none'");
  });

  it("names every chart for those who do not see it, and has its numbers", () => {
    const page = reportPage(reportOf([jobOf(), failed("timeout", "b")]));
    const charts = page.match(/<svg class="chart"[^>]*>/g) ?? [];
    expect(charts).toHaveLength(5);
    for (const chart of charts) {
      const [, ids = ""] = /aria-labelledby="([^"]+)"/.exec(chart) ?? [];
      for (const id of ids.split(" ")) expect(page).toContain(`id="${id}"`);
    }
    expect(page.match(/<details>/g)).toHaveLength(charts.length);
  });
});
