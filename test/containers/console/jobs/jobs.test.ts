import { PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Job, JobDetail, JobFile, JobList } from "../../../../containers/console/api/schemas/jobs.ts";
import { hourOf, type JobItem } from "../../../../events/jobs/job.ts";
import { jobMessage } from "../../../../events/jobs/job-message.ts";
import { launchRequest } from "../../../../events/jobs/launch-request.ts";
import { BATCH, makeJob, RESULTS, startTestConsole, type TestConsole, UPLOADER } from "../harness.ts";

const HOUR = 3600;
let site: TestConsole;
/** Newest first: twelve in ten days, the last three of one millisecond. */
let jobs: JobItem[];

beforeAll(async () => {
  site = await startTestConsole();
  const old = 9 * 24 * HOUR;
  const ages = [1, 2, 3, HOUR, 2 * HOUR, 5 * HOUR, 30 * HOUR, 31 * HOUR, 70 * HOUR, old, old, old];
  jobs = ages.map((age, index) =>
    makeJob(`folder/file-${index}.csv`, age, {
      status: index % 4 === 1 ? "failed" : "succeeded",
      pipeline: index % 3 === 0 ? "generic" : "tables",
    }),
  );
  const oldest = jobs.at(-1)?.createdAt ?? "";
  jobs = jobs.map((job) =>
    job.createdAt.slice(0, 16) === oldest.slice(0, 16) ? { ...job, createdAt: oldest } : job,
  );
  await Promise.all(jobs.toReversed().map((job) => site.put(job)));
});
afterAll(() => site[Symbol.asyncDispose]());

async function get<Body>(path: string) {
  const answer = await site.ask(path);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}
const keysOf = (page: { jobs: readonly Job[] }) => page.jobs.map(({ key }) => key);
const keys = (wanted: (job: JobItem) => boolean) => jobs.filter(wanted).map(({ key }) => key);

/** Follows cursors to the end. */
async function all(query: string) {
  const found: string[] = [];
  let calls = 0;
  let cursor: string | undefined;
  do {
    const { status, body } = await get<JobList>(`/api/jobs?${query}${cursor ? `&cursor=${cursor}` : ""}`);
    expect(status).toBe(200);
    found.push(...keysOf(body));
    cursor = body.cursor;
    calls++;
  } while (cursor && calls < 100);
  expect(cursor).toBeUndefined();
  return found;
}

describe("the list of jobs", () => {
  test("comes newest first, over all states", async () => {
    const { body } = await get<JobList>("/api/jobs?limit=5");
    expect(keysOf(body)).toEqual(jobs.slice(0, 5).map(({ key }) => key));
    expect(body.cursor).toMatch(/^[\w-]+$/);
    expect(body.jobs[0]).toMatchObject({ name: "file-0.csv", key: "folder/file-0.csv" });
  });

  test.each([1, 2, 3, 5, 200])(
    "pages of %i hold every job once, those of one millisecond too",
    async (limit) => {
      const found = await all(`limit=${limit}`);
      expect(found.slice(0, 9)).toEqual(jobs.slice(0, 9).map(({ key }) => key));
      expect(found.toSorted()).toEqual(keys(() => true).toSorted());
    },
  );

  test.each([1, 50])("filters hold over pages of %i", async (limit) => {
    const sorted = async (query: string) => (await all(`${query}&limit=${limit}`)).toSorted();
    expect(await sorted("status=failed")).toEqual(keys(({ status }) => status === "failed").toSorted());
    expect(await sorted("pipeline=generic")).toEqual(
      keys(({ pipeline }) => pipeline === "generic").toSorted(),
    );
    expect(await sorted("text=FILE-1")).toEqual(keys(({ key }) => key.includes("file-1")).toSorted());
    const from = jobs[5]?.createdAt ?? "";
    const to = jobs[2]?.createdAt ?? "";
    expect(await sorted(`from=${from}&to=${to}`)).toEqual(
      keys(({ createdAt }) => createdAt >= from && createdAt < to).toSorted(),
    );
    expect(await sorted(`status=failed&pipeline=tables&text=file`)).toEqual(
      keys(({ status, pipeline }) => status === "failed" && pipeline === "tables").toSorted(),
    );
  });

  test("finds a job by its id", async () => {
    const wanted = jobs[7];
    expect(await all(`text=${wanted?.jobId}`)).toEqual([wanted?.key]);
  });

  test.each([
    ["a wrong cursor", "cursor=nonsense", "cursor"],
    [
      "a cursor that was changed",
      `cursor=${Buffer.from('{"at":"2026-11-22"}').toString("base64url")}`,
      "cursor",
    ],
    ["a time that is none", "from=yesterday", "from"],
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

  test("a cursor of one question is refused for another", async () => {
    const { body } = await get<JobList>("/api/jobs?limit=1");
    expect(await get(`/api/jobs?status=failed&cursor=${body.cursor}`)).toMatchObject({
      status: 400,
      body: { thing: "cursor" },
    });
  });
});

describe("a job", () => {
  const result = { bucket: RESULTS, key: "tables/x/1/result.json" };
  const document = {
    schema: 1,
    jobId: "x",
    pipeline: "tables",
    attempt: 1,
    object: { bucket: "b", key: "k", etag: "e", size: 1, sha256: "0".repeat(64) },
    type: { mime: "image/svg+xml", detectedBy: "content" },
    analyzer: { name: "images", version: "1" },
    timings: {},
    peakMemoryBytes: 1,
    warnings: [],
    facts: { rows: 2 },
    artifacts: [
      { name: "thumb.png", key: "tables/x/1/thumb.png", contentType: "image/png", size: 3 },
      { name: 'clean "1".svg', key: "tables/x/1/clean.svg", contentType: "image/svg+xml", size: 3 },
      { name: "foreign", key: "elsewhere/secret", contentType: "text/plain", size: 3 },
    ],
    content: { text: "<script>alert(1)</script>" },
  };

  test("comes with its attempts, its cost and its result, which is JSON from here", async () => {
    await site.s3.send(
      new PutObjectCommand({ Bucket: RESULTS, Key: result.key, Body: JSON.stringify(document) }),
    );
    const job = await site.put(
      makeJob("with-result.csv", 100 * 24 * HOUR, {
        result,
        facts: { rows: 2 },
        startedAt: new Date(Date.now() - 2_000).toISOString(),
        finishedAt: new Date().toISOString(),
        ...{ taskMs: 250, cost: 3_429, prices: "us-east-1, 2026-11-22" },
      }),
    );
    const { body } = await get<JobDetail>(`/api/jobs/${job.jobId}`);
    expect(body).toMatchObject({
      job: { jobId: job.jobId, hasResult: true },
      attempts: [{ attempt: 1, state: "succeeded" }],
      cost: { taskMs: 250, cost: 3_429, estimated: false },
      replayable: false,
    });
    expect(body.cost?.onePerObject).toBeGreaterThan(body.cost?.cost ?? 0);

    const answer = await get(`/api/jobs/${job.jobId}/result`);
    expect(answer.body).toEqual(document);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("files are attachments at S3's origin, and nothing that could run has a type that runs", async () => {
    await site.s3.send(
      new PutObjectCommand({ Bucket: RESULTS, Key: result.key, Body: JSON.stringify(document) }),
    );
    for (const key of ["thumb.png", "clean.svg"]) {
      await site.s3.send(new PutObjectCommand({ Bucket: RESULTS, Key: `tables/x/1/${key}`, Body: "<svg/>" }));
    }
    const job = await site.put(makeJob("files.csv", 100 * 24 * HOUR, { result }));
    const { body } = await get<{ files: JobFile[] }>(`/api/jobs/${job.jobId}/files`);
    expect(body.files.map(({ name, kind }) => [name, kind])).toEqual([
      ["thumb.png", "image"],
      ['clean "1".svg', "file"],
      ["result.json", "result"],
    ]);
    for (const file of body.files) {
      expect(new URL(file.url).origin).toBe(site.s3Origin);
      const got = await fetch(file.url);
      expect(got.status).toBe(200);
      expect(got.headers.get("content-disposition")).toMatch(/^attachment; filename="/);
      expect(got.headers.get("content-type")).toBe(file.contentType);
    }
    expect(body.files[1]?.contentType).toBe("application/octet-stream");
  });

  test("what is not there is said in words", async () => {
    expect(await get(`/api/jobs/${"0".repeat(64)}`)).toMatchObject({
      status: 404,
      body: { thing: "job", rule: "there is no job of this id" },
    });
    expect(await get("/api/jobs/12")).toMatchObject({ status: 400, body: { thing: "jobId", value: '"12"' } });
    const failed = jobs.find(({ status }) => status === "failed");
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
    expect(await get(`/api/jobs/${failed?.jobId}/log?cursor=x`)).toMatchObject({ status: 400 });
  });
});

describe("a replay", () => {
  const failure = { cause: "container-error", message: "exit 1" } as const;
  const failed = (key: string, change: Partial<JobItem> = {}) =>
    site.put(makeJob(key, 200 * 24 * HOUR, { status: "failed", failure, attempt: 3, ...change }));
  const replay = (jobId: string, token?: string) =>
    site.ask(`/api/jobs/${jobId}/replay`, { method: "POST", ...(token ? { token } : {}) });
  const received = async (queue: string) => {
    const QueueUrl = `${await site.sqs.config.endpoint?.().then(({ port }) => `http://127.0.0.1:${port}`)}/000000000000/${queue}`;
    const { Messages = [] } = await site.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }),
    );
    return JSON.parse(Messages[0]?.Body ?? "{}");
  };

  test("sends a small object to the workers again, with all its attempts before it, and opens its hour's books", async () => {
    const job = await failed("small.csv");
    const answer = await replay(job.jobId);
    expect(answer.status).toBe(202);
    const { job: now } = (await answer.json()) as { job: Job };
    expect(now).toMatchObject({ status: "queued", attempt: 3 });
    expect(now.failure).toBeUndefined();
    expect(jobMessage.parse(await received("jobs"))).toMatchObject({
      pipeline: "tables",
      event: { region: "us-east-1", detail: { object: { key: "small.csv" }, reason: "Replay" } },
    });
    const { Items } = await site.dynamo.send(
      new QueryCommand({
        TableName: BATCH,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": "open-hours" },
      }),
    );
    expect(Items).toContainEqual(expect.objectContaining({ sk: hourOf(job.createdAt) }));
  });

  test("asks for another task for a large one, with the memory that its tasks have had", async () => {
    const use = { cpu: 1024, memoryMiB: 4096, capacity: "FARGATE", ms: 5 } as const;
    const job = await failed("large.csv", { lane: "dedicated", tasks: { a: use } });
    expect((await replay(job.jobId)).status).toBe(202);
    expect(launchRequest.parse(await received("launches"))).toMatchObject({
      attempt: 4,
      memoryMiB: 4096,
      job: { jobId: job.jobId },
    });
  });

  test("is for failed jobs, once, and for administrators", async () => {
    const job = await failed("once.csv");
    expect((await replay(job.jobId, UPLOADER)).status).toBe(403);
    const answers = await Promise.all([replay(job.jobId), replay(job.jobId)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    expect((await replay(jobs[0]?.jobId ?? "")).status).toBe(409);
  });
});
