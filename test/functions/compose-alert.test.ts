import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NewIncident } from "../../events/incidents/incident.ts";
import { failureCause } from "../../events/jobs/job.ts";
import { CAUSES } from "../../functions/kit/incidents/causes.ts";
import { composeAlert, subjectOf } from "../../functions/kit/incidents/compose-alert.ts";
import { incidentLinks } from "../../functions/kit/incidents/links.ts";
import { sampleIncident } from "./support/incident.ts";

const window = { count: 1, previous: 0, startedAt: Date.parse("2026-11-22T13:00:00Z") };
/** SNS API reference, Publish: under 100 characters of ASCII, no control characters, not starting with a space. */
const SNS_SUBJECT = /^[!-~][ -~]{0,98}$/;

function withoutJob(): NewIncident {
  const { job: _job, jobId: _jobId, ...service } = sampleIncident({ cause: "container-error" });
  return { ...service, ...(service.task ? { task: { ...service.task, group: "service:worker" } } : {}) };
}

describe("an alert's subject", () => {
  it.each<[string, NewIncident, number, string]>([
    [
      "a job",
      sampleIncident(),
      1,
      "Longshore tables: out of memory, job a47b6e6d failed (Q3 Zahlen fur Koln.csv)",
    ],
    ["a service's task", withoutJob(), 1, "Longshore processor: container failed, task 6f5bdb1f stopped"],
    ["many alike", sampleIncident(), 400, "Longshore 400 x tables: out of memory"],
    [
      "what will happen again",
      sampleIncident({ severity: "critical", cause: "cannot-pull" }),
      1,
      "Longshore CRITICAL tables: image cannot be pulled, job a47b6e6d failed (Q3 Zahlen fur Koln.csv)",
    ],
  ])("says it all of %s", (_, incident, count, subject) => {
    expect(subjectOf(incident, count)).toBe(subject);
  });

  it("is one that SNS takes, whatever the object is called", () => {
    const job = sampleIncident().job as NonNullable<NewIncident["job"]>;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 1e6 }), (key, count) => {
        expect(subjectOf(sampleIncident({ job: { ...job, key } }), count)).toMatch(SNS_SUBJECT);
      }),
    );
    expect(subjectOf(sampleIncident({ job: { ...job, key: `${"k".repeat(300)}.csv` } }), 1)).toHaveLength(99);
  });
});

describe("an alert", () => {
  it("says where log lines are that it cannot quote", () => {
    const { log: _log, ...incident } = sampleIncident();
    const { text } = composeAlert({ ...incident, logDriver: "splunk" }, window);
    expect(text).toContain("Log lines are where the task's log driver, splunk, sends them");
    expect(composeAlert(sampleIncident(), window).text).not.toContain("log driver");
  });

  it("reads on a phone: what, what to do, why, which, the last lines, where to look", () => {
    const { text } = composeAlert(sampleIncident(), window);
    expect(text.split("\n").slice(0, 4)).toEqual([
      "Out of memory: attempt 3 at reports/Q3 Zahlen für Köln.csv (pipeline tables).",
      "The job has failed; no further attempt follows.",
      "",
      "What to do: Give it more memory.",
    ]);
    expect(text).toContain("Object: s3://uploads/reports/Q3 Zahlen für Köln.csv");
    expect(text).toContain("Exit codes: processor 137");
    expect(text).toContain("  line 50\n");
    expect(text).not.toContain("line 44\n");
    expect(text).toContain("npx longshore job a47b6e6d2922");
  });

  it("tells machines everything, in a size that SNS takes for all protocols together", () => {
    const log = { group: "g", stream: "s", lines: Array.from({ length: 50 }, () => "x".repeat(1_000)) };
    const { document } = composeAlert(sampleIncident({ log }), { ...window, count: 20, previous: 3 });
    expect(document).toMatchObject({
      schema: "longshore/alert/1",
      cause: "out-of-memory",
      count: 20,
      previousCount: 3,
    });
    expect(6 * JSON.stringify(JSON.stringify(document)).length).toBeLessThan(262_144);
  });

  it("carries attributes for filter policies; the pipeline where there is one", () => {
    expect(composeAlert(sampleIncident(), window).attributes).toEqual({
      severity: "error",
      cause: "out-of-memory",
      pipeline: "tables",
    });
    expect(composeAlert(withoutJob(), window).attributes).not.toHaveProperty("pipeline");
  });
});

it("every cause has words, a remedy and a severity", () => {
  for (const cause of failureCause.options) {
    expect(CAUSES[cause].words.length).toBeGreaterThan(5);
    expect(CAUSES[cause].remedy).toMatch(/\.$/);
  }
});

it("links lead to the task and to its log stream as CloudWatch's page names it", () => {
  const { task } = sampleIncident();
  const links = incidentLinks({ task, log: { group: "/longshore/processor", stream: "a/b/c" } });
  expect(links.ecs).toBe(
    "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/longshore/tasks/6f5bdb1fc0e1478fa0e1a1c0b6d1e7a4?region=us-east-1",
  );
  expect(links.logs).toContain(
    "#logsV2:log-groups/log-group/$252Flongshore$252Fprocessor/log-events/a$252Fb$252Fc",
  );
});
