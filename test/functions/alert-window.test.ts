import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewIncident } from "../../events/incidents/incident.ts";
import { incidentsOfDay, incidentsOfJob } from "../../events/incidents/incident-table.ts";
import { alertWindows, reachedThreshold, WINDOW_MS } from "../../functions/kit/incidents/alert-window.ts";
import type { Alert } from "../../functions/kit/incidents/compose-alert.ts";
import { raiseIncident } from "../../functions/kit/incidents/raise-incident.ts";
import { sampleIncident } from "./support/incident.ts";
import { createTables, type TestTables } from "./support/tables.ts";

let tables: TestTables;
let sent: Alert[];
let time: number;
let publish: (alert: Alert) => Promise<void>;
beforeEach(async () => {
  tables = await createTables();
  sent = [];
  time = Date.parse("2026-11-22T13:00:00Z");
  publish = async (alert) => void sent.push(alert);
});
afterEach(() => tables.close());

let invocations = 0;
const raise = (incident: NewIncident, invocation = `invocation ${++invocations}`) =>
  raiseIncident(incident, {
    table: tables,
    keepDays: 90,
    windows: alertWindows(tables.client, tables.countersTable),
    publish: (alert) => publish(alert),
    invocation,
    now: () => new Date(time),
  });
const numbered = (index: number, more: Partial<NewIncident> = {}) =>
  sampleIncident({ incidentId: `incident-${index}`, ...more });

describe("thresholds", () => {
  it("are reached at 1, 20, 400 and 8,000, so that 1,000 alike make three alerts", () => {
    expect([1, 2, 19, 20, 399, 400, 1_000, 7_999, 8_000].map(reachedThreshold)).toEqual([
      1, 1, 1, 20, 20, 400, 400, 400, 8_000,
    ]);
    const reached = new Set(Array.from({ length: 1_000 }, (_, index) => reachedThreshold(index + 1)));
    expect(reached.size).toBe(3);
  });
});

describe("incidents that are alike", () => {
  it("are one alert at once, and one more with their number when there are many", async () => {
    for (let index = 0; index < 25; index++) await raise(numbered(index));
    expect(sent.map(({ document }) => document.count)).toEqual([1, 20]);
    expect(sent[1]?.subject).toContain("20 x");
  });

  it("are three alerts at most when 1,000 come at once", { timeout: 120_000 }, async () => {
    const all = Array.from({ length: 1_000 }, (_, index) => numbered(index));
    for (let start = 0; start < all.length; start += 50) {
      await Promise.all(all.slice(start, start + 50).map((incident) => raise(incident)));
    }
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThanOrEqual(3);
    let kept = 0;
    for await (const _ of incidentsOfDay(tables, "2026-11-22", "2026-11-22T00:00:00Z")) kept += 1;
    expect(kept).toBe(1_000);
  });

  it("are told of again after the window, with how many there were in it", async () => {
    for (let index = 0; index < 5; index++) await raise(numbered(index));
    time += WINDOW_MS + 1;
    await raise(numbered(5));
    expect(sent.map(({ document }) => [document.count, document.previousCount])).toEqual([
      [1, 0],
      [1, 5],
    ]);
    expect(sent[1]?.text).toContain("In the hour before there were 5 alike.");
  });

  it("are told apart by fingerprint", async () => {
    await raise(numbered(1));
    await raise(numbered(2, { fingerprint: "another" }));
    expect(sent).toHaveLength(2);
  });
});

describe("an incident", () => {
  it("that comes twice, one after the other or at once, is counted and told once", async () => {
    expect(await raise(numbered(1))).toBe("alerted");
    expect(await raise(numbered(1))).toBe("known");
    await Promise.all([raise(numbered(2, { fingerprint: "b" })), raise(numbered(2, { fingerprint: "b" }))]);
    expect(sent).toHaveLength(2);
  });

  it("that the platform has seen to is kept and wakes nobody", async () => {
    expect(await raise(numbered(1, { severity: "warning" }))).toBe("quiet");
    expect(sent).toEqual([]);
    expect(await incidentsOfJob(tables, sampleIncident().jobId ?? "")).toHaveLength(1);
  });

  it("whose alert could not be sent is told of when its event comes again", async () => {
    publish = () => Promise.reject(new Error("SNS is away"));
    await expect(raise(numbered(1))).rejects.toThrow("SNS is away");
    publish = async (alert) => void sent.push(alert);
    time += 60_000;
    expect(await raise(numbered(1))).toBe("alerted");
    expect(sent.map(({ document }) => document.count)).toEqual([1]);
    expect(await raise(numbered(1))).toBe("known");
  });

  it("whose function was lost over its alert is told of as soon as the same invocation is tried again, and by no other before", async () => {
    publish = () => Promise.reject(new Error("the process is gone"));
    await expect(raise(numbered(1), "first")).rejects.toThrow("gone");
    publish = async (alert) => void sent.push(alert);
    expect(await raise(numbered(1), "a duplicate's")).toBe("counted");
    expect(sent).toEqual([]);
    expect(await raise(numbered(1), "first")).toBe("alerted");
    expect(await raise(numbered(1), "a duplicate's")).toBe("known");
    expect(sent).toHaveLength(1);
  });

  it("is told of whatever order duplicates and their like come in, and never more often than its like", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 }),
        async (order) => {
          const before = sent.length;
          const fingerprint = `order-${before}-${order.join(".")}`;
          for (const index of order) {
            await raise(numbered(index, { incidentId: `${fingerprint}-${index}`, fingerprint }));
          }
          const distinct = new Set(order).size;
          expect(sent.length - before).toBe(distinct >= 20 ? 2 : 1);
        },
      ),
      { numRuns: 15 },
    );
  });
});
