import { readFileSync } from "node:fs";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IncidentDetail, IncidentList } from "../../../../containers/console/api/schemas/incidents.ts";
import type { RollupList } from "../../../../containers/console/api/schemas/reports.ts";
import { rollupPartition } from "../../../../events/batch/batch-items.ts";
import { hourAt } from "../../../../events/batch/hour.ts";
import { type Incident, incident as incidentSchema } from "../../../../events/incidents/incident.ts";
import { BATCH, startTestConsole, type TestConsole } from "../harness.ts";

const sample = incidentSchema.parse(
  JSON.parse(readFileSync(new URL("../../../../events/samples/incident.json", import.meta.url), "utf8")),
);
const HOUR_MS = 3_600_000;
let site: TestConsole;
/** Newest first. */
let incidents: Incident[];

beforeAll(async () => {
  site = await startTestConsole();
  incidents = Array.from({ length: 7 }, (_, index) => {
    const occurredAt = new Date(Date.now() - index * 20 * HOUR_MS - 1_000).toISOString();
    return {
      ...sample,
      incidentId: String(index).repeat(32),
      occurredAt,
      day: occurredAt.slice(0, 10),
      severity: index % 2 === 0 ? ("error" as const) : ("warning" as const),
      fingerprint: `f${index % 2}`,
    };
  });
  for (const incident of incidents) await site.putIncident(incident);
});
afterAll(() => site[Symbol.asyncDispose]());

async function get<Body>(path: string) {
  const answer = await site.ask(path);
  return { status: answer.status, body: (await answer.json()) as Body };
}

describe("incidents", () => {
  test.each([1, 2, 50])("come newest first over days, in pages of %i", async (limit) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await get<IncidentList>(
        `/api/incidents?limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`,
      );
      found.push(...body.incidents.map(({ incidentId }) => incidentId));
      cursor = body.cursor;
    } while (cursor);
    expect(found).toEqual(incidents.map(({ incidentId }) => incidentId));
  });

  test("are filtered by severity, cause, pipeline and time", async () => {
    const ids = async (query: string) =>
      (await get<IncidentList>(`/api/incidents?${query}`)).body.incidents.map(({ incidentId }) => incidentId);
    const where = (wanted: (incident: Incident) => boolean) =>
      incidents.filter(wanted).map((i) => i.incidentId);
    expect(await ids("severity=error")).toEqual(where(({ severity }) => severity === "error"));
    expect(await ids(`cause=${sample.cause}`)).toHaveLength(7);
    expect(await ids("cause=disk-full")).toEqual([]);
    expect(await ids(`pipeline=${sample.job?.pipeline}`)).toHaveLength(7);
    const from = incidents[4]?.occurredAt ?? "";
    const to = incidents[1]?.occurredAt ?? "";
    expect(await ids(`from=${from}&to=${to}`)).toEqual(
      where((i) => i.occurredAt >= from && i.occurredAt < to),
    );
    expect(await get("/api/incidents?severity=bad")).toMatchObject({
      status: 400,
      body: { thing: "severity" },
    });
    expect(await get("/api/incidents?cursor=x")).toMatchObject({ status: 400, body: { thing: "cursor" } });
  });

  test("are told with log lines, remedy and those alike", async () => {
    const { status, body } = await get<IncidentDetail>(`/api/incidents/${incidents[0]?.incidentId}`);
    expect(status).toBe(200);
    expect(body.incident).toMatchObject({ remedy: sample.remedy, log: sample.log });
    expect(body.alike.map(({ incidentId }) => incidentId)).toContain(incidents[0]?.incidentId);
    expect(body.alike.every(({ fingerprint }) => fingerprint === "f0")).toBe(true);
    expect(await get(`/api/incidents/${"f".repeat(32)}`)).toMatchObject({ status: 404 });
    expect(await get("/api/incidents/x")).toMatchObject({ status: 400, body: { thing: "incidentId" } });
  });
});

describe("rollups", () => {
  const hours = [3, 2, 1].map((ago) => hourAt(Date.now() - ago * HOUR_MS));
  const figures = { count: 1, p50Ms: 1, p95Ms: 1, maxMs: 1 };
  beforeAll(async () => {
    for (const hour of hours) {
      const rollup = {
        ...{
          schema: 1,
          hour,
          pipeline: "*",
          objects: 10,
          bytes: 1000,
          statuses: { failed: 2 },
          open: 0,
          attempts: 11,
        },
        ...{ processing: figures, waiting: figures, failures: {}, taskMs: { pooled: 5, dedicated: 7 } },
        ...{
          cost: { pooled: 100, dedicated: 200, onePerObject: 5000 },
          estimated: 0,
          oddTimes: 0,
          newestChange: "",
        },
      };
      await site.dynamo.send(
        new PutCommand({ TableName: BATCH, Item: { ...rollup, pk: rollupPartition("*"), sk: hour } }),
      );
    }
  });

  test("of a time come with their sums, and with what a task for each object would have cost", async () => {
    const { body } = await get<RollupList>("/api/rollups");
    expect(body.rollups.map(({ hour }) => hour)).toEqual(hours);
    expect(body.totals).toEqual({
      objects: 30,
      bytes: 3000,
      failed: 6,
      taskMs: 36,
      cost: 900,
      onePerObject: 15_000,
    });
    const one = await get<RollupList>(`/api/rollups?from=${hours[1]}&to=${hours[1]}`);
    expect(one.body.rollups).toHaveLength(1);
  });

  test("of a wrong time are refused by name, and a report that is not there says how to make it", async () => {
    expect(await get("/api/rollups?from=2026-11-22T14&to=2026-11-22T13")).toMatchObject({
      status: 400,
      body: { thing: "from" },
    });
    expect(await get("/api/rollups?from=2020-01-01T00")).toMatchObject({
      status: 400,
      body: { thing: "from" },
    });
    expect(await get("/api/rollups?from=2026-11-31T00")).toMatchObject({
      status: 400,
      body: { thing: "from" },
    });
    expect(await get("/api/reports/2020-01-01T00")).toMatchObject({
      status: 404,
      body: { rule: expect.stringContaining("npx longshore batch") },
    });
  });
});
