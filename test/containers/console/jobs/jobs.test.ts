import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hourOf, type JobItem } from "../../../../events/jobs/job.ts";
import { makeJob, RESULTS, startTestConsole, type TestConsole } from "../harness.ts";

const HOUR = 3600;
let site: TestConsole;
/** Newest first: twelve in ten days, the last three in one hour. */
let jobs: JobItem[];

beforeAll(async () => {
  site = await startTestConsole();
  const old = 9 * 24 * HOUR;
  const ages = [1, 2, 3, HOUR, 2 * HOUR, 5 * HOUR, 30 * HOUR, 31 * HOUR, 70 * HOUR, old, old, old];
  jobs = ages.map((age, index) =>
    makeJob(`file-${index}.csv`, age + index / 1000, { status: index % 4 === 1 ? "failed" : "succeeded" }),
  );
  await Promise.all(jobs.toReversed().map((job) => site.put(job)));
});
afterAll(() => site[Symbol.asyncDispose]());

interface Body {
  readonly jobs: JobItem[];
  readonly cursor?: string;
  readonly searchedTo: string;
  readonly job: JobItem;
  readonly result: { readonly url: string; readonly expiresAt: string };
}

async function get(path: string) {
  const answer = await fetch(`${site.url}${path}`);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}

const keysOf = (page: { jobs: JobItem[] }) => page.jobs.map(({ key }) => key);

/** Follows cursors to the end. */
async function all(query: string) {
  const keys: string[] = [];
  let calls = 0;
  let cursor: string | undefined;
  do {
    const { status, body } = await get(`/api/jobs?${query}${cursor ? `&cursor=${cursor}` : ""}`);
    expect(status).toBe(200);
    keys.push(...keysOf(body));
    cursor = body.cursor;
    calls++;
  } while (cursor && calls < 100);
  expect(cursor).toBeUndefined();
  return keys;
}

test("jobs come newest first, over the bounds of hours", async () => {
  const { body } = await get("/api/jobs?limit=5");
  expect(keysOf(body)).toEqual(jobs.slice(0, 5).map(({ key }) => key));
  expect(body.cursor).toMatch(/^[\w-]+$/);
});

test.each([1, 2, 3, 5, 200])("pages of %i hold every job once, in order, however long ago", async (limit) => {
  expect(await all(`limit=${limit}`)).toEqual(jobs.map(({ key }) => key));
});

test.each([1, 50])("a filter by status holds over pages of %i", async (limit) => {
  const failed = jobs.filter(({ status }) => status === "failed").map(({ key }) => key);
  expect(await all(`status=failed&limit=${limit}`)).toEqual(failed);
});

test("one hour is listed alone", async () => {
  const hour = jobs.at(-1)?.hour ?? "";
  const inHour = jobs.filter((job) => job.hour === hour).map(({ key }) => key);
  expect(await all(`hour=${hour}&limit=1`)).toEqual(inHour);
});

test("a page may be empty and still lead on, and says how far it has looked", async () => {
  const { body } = await get("/api/jobs?status=running");
  expect(body.jobs).toEqual([]);
  expect(body.cursor).toBeDefined();
  const hoursBack = (Date.now() - Date.parse(`${body.searchedTo}:00:00Z`)) / (HOUR * 1000);
  expect(hoursBack).toBeGreaterThan(46);
  expect(hoursBack).toBeLessThan(50);
});

test.each([
  ["a wrong cursor", "cursor=nonsense", "cursor"],
  [
    "a cursor that was changed",
    `cursor=${Buffer.from('{"hour":"2026-11-22T99"}').toString("base64url")}`,
    "cursor",
  ],
  ["an hour that does not exist", "hour=2026-13-01T00", "hour"],
  ["a status that does not exist", "status=done", "status"],
  ["a limit of 0", "limit=0", "limit"],
  ["a limit that is no number", "limit=many", "limit"],
  ["an unknown parameter", "sort=asc", "sort"],
])("%s is refused by name", async (_, query, thing) => {
  const { status, headers, body } = await get(`/api/jobs?${query}`);
  expect(status).toBe(400);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ status: 400, thing });
});

test("a cursor of one hour is refused for another", async () => {
  const [first] = jobs;
  const { body } = await get(`/api/jobs?limit=1&hour=${first?.hour}`);
  const other = hourOf(new Date(Date.now() - 50 * HOUR * 1000).toISOString());
  expect(await get(`/api/jobs?hour=${other}&cursor=${body.cursor}`)).toMatchObject({
    status: 400,
    body: { thing: "cursor" },
  });
});

test("a job comes with a link to its result, and the result itself is JSON from here", async () => {
  const document = { schema: 1, facts: { rows: 2 }, text: "<script>alert(1)</script>" };
  const result = { bucket: RESULTS, key: "tables/x/1/result.json" };
  await site.s3.send(
    new PutObjectCommand({ Bucket: RESULTS, Key: result.key, Body: JSON.stringify(document) }),
  );
  const job = await site.put(makeJob("with-result.csv", 100 * 24 * HOUR, { result, facts: { rows: 2 } }));

  const { body } = await get(`/api/jobs/${job.jobId}`);
  expect(body.job).toEqual(job);
  expect(await (await fetch(body.result.url)).json()).toEqual(document);
  expect(Date.parse(body.result.expiresAt)).toBeGreaterThan(Date.now());

  const answer = await get(`/api/jobs/${job.jobId}/result`);
  expect(answer.body).toEqual(document);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("what is not there is said in words", async () => {
  expect(await get(`/api/jobs/${"0".repeat(64)}`)).toMatchObject({
    status: 404,
    body: { thing: "job", rule: "there is no job of this id" },
  });
  expect(await get("/api/jobs/12")).toMatchObject({ status: 400, body: { thing: "job id", value: '"12"' } });
  const failed = jobs.find(({ status }) => status === "failed");
  expect(await get(`/api/jobs/${failed?.jobId}`)).toMatchObject({ status: 200 });
  expect(await get(`/api/jobs/${failed?.jobId}/result`)).toMatchObject({
    status: 404,
    body: { value: "not there while it is failed" },
  });
  const gone = await site.put(
    makeJob("gone.csv", 100 * 24 * HOUR, { result: { bucket: RESULTS, key: "removed.json" } }),
  );
  expect(await get(`/api/jobs/${gone.jobId}/result`)).toMatchObject({
    status: 404,
    body: { thing: "the result document" },
  });
});
