import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { DisableRuleCommand, EnableRuleCommand, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BATCH_KEYS, rollupPartition } from "../../events/batch/batch-items.ts";
import { hourAt, hourLater, lastCompleteHour } from "../../events/batch/hour.ts";
import { spendingOfTask } from "../../events/batch/job-cost.ts";
import { hourReport, reportKey } from "../../events/batch/report.ts";
import { ALL_PIPELINES, hourRollup } from "../../events/batch/rollup.ts";
import { recordTaskUse } from "../../events/batch/task-use.ts";
import { hourOf, type JobItem } from "../../events/jobs/job.ts";
import { PRICE_LIST, placeCost, taskCost } from "../../events/prices.ts";
import { tableItem } from "../support/table-item.ts";
import { BatchTasks } from "./support/batch-process.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { LongshoreProcess, ownFlags, PROJECT_ROOT, temporaryState } from "./support/longshore-process.ts";
import { largestValue } from "./support/metrics.ts";
import { longshore as operator } from "./support/operator.ts";
import { until } from "./support/until.ts";

const state = temporaryState();
let longshore: LongshoreProcess;
let clients: Clients;
let outputs: Record<string, string>;
let endpoint: string;
let batches: BatchTasks;
const out = (name: string) => outputs[name] ?? expect.fail(`no output ${name}`);

beforeAll(async () => {
  longshore = new LongshoreProcess([...ownFlags(state.path), "--no-samples"]);
  const ready = await longshore.ready();
  outputs = ready.outputs;
  endpoint = ready.endpoint;
  clients = adminClients(endpoint);
  batches = await BatchTasks.create(clients, endpoint);
});

afterAll(async () => {
  batches.close();
  const { code } = await longshore.stop("SIGINT");
  state.remove();
  expect(code, longshore.output).toBe(0);
});

const item = async (pk: string, sk: string) => {
  const { Item } = await clients.dynamo.send(
    new GetCommand({ TableName: batches.variable("BATCH_TABLE"), Key: { pk, sk }, ConsistentRead: true }),
  );
  return Item;
};
const watermark = async () => (await item(BATCH_KEYS.watermark.pk, BATCH_KEYS.watermark.sk))?.hour;
const setWatermark = (hour: string) =>
  clients.dynamo.send(
    new PutCommand({
      TableName: batches.variable("BATCH_TABLE"),
      Item: { ...BATCH_KEYS.watermark, hour },
    }),
  );
const rollup = async (hour: string, pipeline = ALL_PIPELINES) => {
  const found = await item(rollupPartition(pipeline), hour);
  return found && hourRollup.parse(found);
};
const openHours = async () => {
  const { Items = [] } = await clients.dynamo.send(
    new QueryCommand({
      TableName: batches.variable("BATCH_TABLE"),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": BATCH_KEYS.openHours.pk },
    }),
  );
  return Items.map(({ sk }) => sk);
};
const reportBytes = async (hour: string, format: "json" | "html") => {
  const { Body } = await clients.s3.send(
    new GetObjectCommand({ Bucket: out("ResultsBucket"), Key: reportKey(hour, format) }),
  );
  return (await Body?.transformToString()) ?? "";
};
const report = async (hour: string) => hourReport.parse(JSON.parse(await reportBytes(hour, "json")));

/** Hours of tests are told apart from this one: the next may begin between two of them. */
const begun = lastCompleteHour(Date.now());

/** The next hour may have begun in the middle of a test. */
function expectCaughtUp(last: string, reached: unknown): void {
  expect([last, hourLater(last, 1)]).toContain(reached);
}

let made = 0;
/** A job that became known in an hour, as the table has it; it needs no object. */
async function putJob(hour: string, change: Partial<JobItem> = {}): Promise<JobItem> {
  const time = (second: number) => `${hour}:10:${String(second).padStart(2, "0")}.000Z`;
  const job: JobItem = {
    jobId: (++made).toString(16).padStart(64, "e"),
    status: "succeeded",
    pipeline: "tables",
    lane: "pooled",
    bucket: out("UploadsBucket"),
    key: `made-${made}.csv`,
    versionId: `version-${made}`,
    etag: "0".repeat(32),
    size: 1_000,
    sequencer: "01",
    attempt: 1,
    taskArn: "arn:aws:ecs:us-east-1:000000000000:task/cluster/worker",
    createdAt: time(0),
    startedAt: time(0),
    finishedAt: time(2),
    updatedAt: time(2),
    ...change,
  };
  await clients.dynamo.send(new PutCommand({ TableName: out("JobsTableName"), Item: tableItem(job) }));
  return job;
}

describe("a batch by hand", () => {
  const longshoreBatch = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        join(PROJECT_ROOT, "cli", "longshore.ts"),
        "batch",
        ...args,
        "--endpoint",
        endpoint,
      ],
      { env: { PATH: process.env.PATH ?? "" } },
    );

  it("runs as a task with its own role, and prints the report of its hour", async () => {
    await clients.s3.send(
      new PutObjectCommand({ Bucket: out("UploadsBucket"), Key: "people.csv", Body: "name,age\nAda,36\n" }),
    );
    const job = await finishedJob(clients, out("JobsTableName"), "people.csv");
    const { stdout } = await longshoreBatch("--hour", hourOf(job.createdAt));
    expect(stdout).toContain(hourOf(job.createdAt));
    expect(stdout).toMatch(/tables +1 +16 /);
    const page = await reportBytes(hourOf(job.createdAt), "html");
    expect(stdout).toContain(reportKey(hourOf(job.createdAt), "html"));
    expect(page).toContain("people.csv");
    expect(page).not.toMatch(/<script|https?:\/\//);
    expect(await until("its figures are metrics", () => largestValue(clients, "HourObjects"))).toBe(1);
    expect(await largestValue(clients, "HourCost")).toBeGreaterThan(0);
  });

  it("says what is wrong with an hour, and starts nothing", async () => {
    const refused = (...args: string[]) =>
      longshoreBatch(...args).then(
        () => expect.fail("it ran"),
        ({ stderr, code }: { stderr: string; code: number }) => ({ stderr, code }),
      );
    expect(await refused("--hour", "2026-11-22T25")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/"2026-11-22T25"; an hour is written yyyy-mm-ddThh/),
    });
    const future = hourAt(Date.now() + 2 * 3_600_000);
    expect((await refused("--hour", future)).stderr).toContain("which has not begun");
  });
});

describe("the schedule", () => {
  it("starts one task for an hour, however often its event comes", async () => {
    const event = {
      version: "0",
      id: "00000000-0000-0000-0000-000000000000",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "000000000000",
      time: "2026-11-22T13:00:00Z",
      region: "us-east-1",
      resources: [],
      detail: {},
    };
    const invoke = async () => {
      const { Payload, FunctionError } = await clients.lambda.send(
        new InvokeCommand({ FunctionName: out("LaunchBatchFunction"), Payload: JSON.stringify(event) }),
      );
      expect(FunctionError).toBeUndefined();
      return JSON.parse(Buffer.from(Payload ?? []).toString()) as { taskArn: string };
    };
    const first = await invoke();
    expect(await invoke()).toEqual(first);
    const task = await until("the batch has stopped", async () => {
      const { tasks } = await clients.ecs.send(
        new DescribeTasksCommand({ cluster: out("ClusterName"), tasks: [first.taskArn] }),
      );
      return tasks?.find(({ lastStatus }) => lastStatus === "STOPPED");
    });
    expect(task.containers?.[0]?.exitCode).toBe(0);
    expectCaughtUp(lastCompleteHour(Date.now() - 60_000), await watermark());
  });
});

describe("what jobs cost", () => {
  it("is on their items, by what they ran on, and the report's total is their sum", async () => {
    const keys = ["pooled.csv", "dedicated.csv"];
    for (const Key of keys) {
      const Body = Key === "pooled.csv" ? "a,b\n1,2\n" : Buffer.alloc(10 * 2 ** 20, "1,2\n");
      await clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body }));
    }
    const [pooled, dedicated] = await until("both jobs have their cost", async () => {
      const jobs = await allJobs(clients, out("JobsTableName"));
      const found = keys.flatMap(
        (key) => jobs.find((job) => job.key === key && job.cost !== undefined) ?? [],
      );
      return found.length === 2 && found;
    });
    if (!pooled || !dedicated) expect.fail("not both");

    const size = { cpu: 1024, memoryMiB: 2048 };
    const onFargate = { size, capacity: "FARGATE", architecture: "x86_64" } as const;
    const pooledMs = Date.parse(pooled.finishedAt ?? "") - Date.parse(pooled.startedAt ?? "");
    expect(pooled).toMatchObject({
      lane: "pooled",
      cost: placeCost(onFargate, pooledMs, 8),
      taskMs: Math.round(pooledMs / 8),
      prices: PRICE_LIST,
    });
    const [use] = Object.values(dedicated.tasks ?? {});
    if (!use) expect.fail("no task");
    // A minute at least, at the price of Spot, where the pipeline asks first.
    expect(dedicated).toMatchObject({
      lane: "dedicated",
      cost: taskCost({ ...onFargate, capacity: "FARGATE_SPOT" }, use.ms),
      taskMs: Math.max(60_000, use.ms),
      prices: PRICE_LIST,
    });

    const { stdout } = await operator(["job", dedicated.jobId, "--endpoint", endpoint]);
    expect(stdout).toContain(`$${((dedicated.cost ?? 0) / 1e9).toFixed(9)}`);
    const [shown] = (await operator(["job", pooled.jobId, "--json", "--endpoint", endpoint])).json();
    expect(shown).toMatchObject({ job: { cost: pooled.cost, taskMs: pooled.taskMs } });

    expect((await batches.run({ LONGSHORE_HOUR: hourOf(pooled.createdAt) })).code).toBe(0);
    const { total } = await report(hourOf(pooled.createdAt));
    const inHour = (await allJobs(clients, out("JobsTableName"))).filter(
      ({ createdAt }) => hourOf(createdAt) === hourOf(pooled.createdAt),
    );
    const sum = (lane: JobItem["lane"]) =>
      inHour.filter((job) => job.lane === lane).reduce((all, { cost = 0 }) => all + cost, 0);
    expect(total).toMatchObject({
      objects: inHour.length,
      estimated: 0,
      cost: { pooled: sum("pooled"), dedicated: sum("dedicated") },
    });
    expect(total.cost.onePerObject).toBeGreaterThan(total.cost.pooled + total.cost.dedicated);
  });
});

describe("the hours", () => {
  it("that were missed are caught up with in order, empty ones too", async () => {
    const last = lastCompleteHour(Date.now());
    const missed = [-3, -2, -1, 0].map((hours) => hourLater(last, hours));
    const [first = "", second = "", , fourth = ""] = missed;
    await setWatermark(hourLater(last, -4));
    await putJob(first);
    await putJob(first, { status: "failed", failure: { cause: "unreadable", message: "no <table> & more" } });
    await putJob(fourth, { pipeline: "generic", lane: "dedicated" });
    const { code, ...batch } = await batches.run();
    expect(code, batch.output).toBe(0);
    expectCaughtUp(last, await watermark());
    expect(await rollup(first)).toMatchObject({
      objects: 2,
      statuses: { succeeded: 1, failed: 1 },
      failures: { unreadable: 1 },
      processing: { count: 2, p50Ms: expect.closeTo(2_000, -2) },
      taskMs: { pooled: 500 },
    });
    expect(await rollup(second)).toMatchObject({ objects: 0 });
    expect(await rollup(fourth, "generic")).toMatchObject({ objects: 1, taskMs: { dedicated: 60_000 } });
    expect(await reportBytes(first, "html")).toContain("no &lt;table&gt; &amp; more");
    expect((await report(second)).complete).toBe(true);
  });

  it("give the same bytes when they are rolled up again", async () => {
    const hour = hourLater(begun, -3);
    const before = [await rollup(hour), await reportBytes(hour, "json"), await reportBytes(hour, "html")];
    expect((await batches.run({ LONGSHORE_HOUR: hour })).code).toBe(0);
    expect([await rollup(hour), await reportBytes(hour, "json"), await reportBytes(hour, "html")]).toEqual(
      before,
    );
  });

  it("stay open until their jobs are final, and are then rolled up again", async () => {
    const hour = hourLater(begun, -5);
    const job = await putJob(hour, {
      status: "queued",
      lane: "dedicated",
      tasks: { one: { cpu: 1024, memoryMiB: 2048, capacity: "FARGATE", ms: 70_000 } },
      updatedAt: new Date().toISOString(),
    });
    expect((await batches.run({ LONGSHORE_HOUR: hour })).code).toBe(0);
    expect(await report(hour)).toMatchObject({ complete: false, total: { open: 1 } });
    expect(await openHours()).toContain(hour);
    await clients.dynamo.send(
      new PutCommand({ TableName: out("JobsTableName"), Item: tableItem({ ...job, status: "succeeded" }) }),
    );
    expect((await batches.run()).code).toBe(0);
    expect(await report(hour)).toMatchObject({ complete: true, total: { statuses: { succeeded: 1 } } });
    expect(await openHours()).not.toContain(hour);
  });

  it("stay open until the end of each task is known: its cost counts, however late its event comes", async () => {
    const hour = hourLater(begun, -20);
    const { jobId } = await putJob(hour, { lane: "dedicated" });
    expect((await batches.run({ LONGSHORE_HOUR: hour })).code).toBe(0);
    expect(await report(hour)).toMatchObject({ complete: true, total: { estimated: 1 } });
    expect(await openHours()).toContain(hour);
    const use = { cpu: 4096, memoryMiB: 8192, capacity: "FARGATE", ms: 700_000 } as const;
    const spending = spendingOfTask(use, { architecture: "x86_64" });
    const table = { client: clients.dynamo, jobsTable: out("JobsTableName"), objectsTable: "" };
    await recordTaskUse(table, jobId, "arn:aws:ecs:us-east-1:000000000000:task/cluster/late", use, spending);
    expect((await batches.run()).code).toBe(0);
    expect((await report(hour)).total).toMatchObject({
      estimated: 0,
      taskMs: { dedicated: 700_000 },
      cost: { dedicated: spending?.cost },
    });
    expect(await openHours()).not.toContain(hour);
  });

  it("whose report the bucket refuses have their rollup, and their report by the next run", async () => {
    const hour = hourLater(begun, -6);
    await putJob(hour);
    const refused = await batches.run({ LONGSHORE_HOUR: hour, RESULTS_BUCKET: "no-such-bucket" });
    expect(refused.code).toBe(1);
    expect(refused.lines("report.refused")).toEqual([
      expect.objectContaining({ bucket: "no-such-bucket", hour, error: "NoSuchBucket" }),
    ]);
    expect(await rollup(hour)).toMatchObject({ objects: 1 });
    expect((await batches.run()).code).toBe(0);
    expect((await report(hour)).total.objects).toBe(1);
  });

  it("are named with their rule when the environment has a malformed one", async () => {
    const { code, lines: _, output } = await batches.run({ LONGSHORE_HOUR: "yesterday" });
    expect(code).toBe(1);
    expect(output).toContain('LONGSHORE_HOUR is \\"yesterday\\"; an hour is written yyyy-mm-ddThh');
  });
});

describe("two batches", () => {
  it("never run at once", async () => {
    await setWatermark(hourLater(lastCompleteHour(Date.now()), -60));
    const both = [batches.start(), batches.start()];
    expect(await Promise.all(both.map(({ exit }) => exit))).toEqual([0, 0]);
    const started = both.map((batch) => batch.lines("batch.started").length);
    const busy = both.map((batch) => batch.lines("batch.busy").length);
    expect(started.toSorted()).toEqual([0, 1]);
    expect(busy).toEqual(started.map((count) => 1 - count));
  });

  it("take over from each other: what one was killed at, the next goes on with", async () => {
    const last = lastCompleteHour(Date.now());
    await setWatermark(hourLater(last, -100));
    // Long enough for another batch to come within it, on a machine that is busy.
    const killed = batches.start({ LONGSHORE_LEASE_SECONDS: "15" });
    await killed.logged("hour.rolled", 5);
    killed.child.kill("SIGKILL");
    expect(await killed.exit).toBe("SIGKILL");
    expect((await batches.run()).lines("batch.busy")).toHaveLength(1);
    const reached = String(await watermark());
    expect(reached < last).toBe(true);

    const next = await until(
      "the lease has run out",
      async () => {
        const batch = await batches.run();
        return batch.lines("batch.started").length > 0 && batch;
      },
      90_000,
    );
    const rolled = next.lines("hour.rolled").map(({ hour }) => String(hour));
    expect(rolled).toEqual(rolled.toSorted());
    expect(rolled).toContain(hourLater(reached, 1));
    expect(rolled).toContain(last);
    expectCaughtUp(last, await watermark());
    for (const hours of [-99, -95, -94, -1]) expect(await rollup(hourLater(last, hours))).toBeDefined();
  });
});

describe("what was lost", () => {
  const ruleNames: string[] = [];
  afterEach(async () => {
    for (const Name of ruleNames.splice(0)) await clients.events.send(new EnableRuleCommand({ Name }));
  });

  /** Uploads that no rule hears of; rules hear again after the test. */
  async function uploadUnheard(objects: Readonly<Record<string, string | Buffer>>): Promise<void> {
    const { Rules = [] } = await clients.events.send(new ListRulesCommand({}));
    ruleNames.push(
      ...Rules.filter(({ EventPattern }) => EventPattern?.includes("aws.s3")).map(({ Name = "" }) => Name),
    );
    for (const Name of ruleNames) await clients.events.send(new DisableRuleCommand({ Name }));
    for (const [Key, Body] of Object.entries(objects)) {
      await clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body }));
    }
  }

  it("is driven again: small and large uploads without a job, once", async () => {
    const large = Buffer.from(`id,value\n${"1,2\n".repeat(1_200_000)}`);
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    const uploadedIn = hourAt(Date.now());
    await uploadUnheard({ [`${day}/x/lost.csv`]: "a,b\n1,2\n", "lost-large.csv": large });
    expect((await allJobs(clients, out("JobsTableName"))).filter(({ key }) => key.includes("lost"))).toEqual(
      [],
    );

    await pastThisSecond();
    const batch = await batches.run({ LONGSHORE_GRACE_SECONDS: "0" });
    expect(batch.code, batch.output).toBe(0);
    expect(batch.lines("job.driven").map(({ reason, key }) => [reason, key])).toEqual([
      ["lost", `${day}/x/lost.csv`],
      ["lost", "lost-large.csv"],
    ]);
    const small = await finishedJob(clients, out("JobsTableName"), `${day}/x/lost.csv`);
    expect(small).toMatchObject({ status: "succeeded", lane: "pooled", facts: { rows: 1 } });
    expect(await finishedJob(clients, out("JobsTableName"), "lost-large.csv", 60_000)).toMatchObject({
      status: "succeeded",
      lane: "dedicated",
    });
    expect((await report(uploadedIn)).driven).toMatchObject({ lost: 2, stuck: 0 });
    const { tasks = {} } = await until("what its task has used is on record", async () => {
      const jobs = await allJobs(clients, out("JobsTableName"));
      return jobs.find((job) => job.key === "lost-large.csv" && job.tasks !== undefined);
    });
    expect(Object.values(tasks)).toEqual([
      { cpu: 1024, memoryMiB: 2048, capacity: "FARGATE_SPOT", ms: expect.any(Number) },
    ]);

    const again = await batches.run({ LONGSHORE_GRACE_SECONDS: "0" });
    expect(again.lines("job.driven")).toEqual([]);
  });

  it("is driven again: a job whose worker died with its message", async () => {
    const { VersionId } = await clients.s3.send(
      new PutObjectCommand({ Bucket: out("UploadsBucket"), Key: "stuck.csv", Body: "a,b\n1,2\n3,4\n" }),
    );
    const job = await finishedJob(clients, out("JobsTableName"), "stuck.csv");
    expect(job.versionId).toBe(VersionId);
    const { finishedAt: _, result: __, facts: ___, ...open } = job;
    const leaseUntil = new Date(Date.now() - 3_600_000).toISOString();
    await clients.dynamo.send(
      new PutCommand({
        TableName: out("JobsTableName"),
        Item: tableItem({ ...open, status: "running", leaseUntil, updatedAt: leaseUntil }),
      }),
    );
    const batch = await batches.run({ LONGSHORE_HOUR: hourOf(job.createdAt) });
    expect(batch.code, batch.output).toBe(0);
    expect(batch.lines("job.driven")).toEqual([
      expect.objectContaining({ reason: "stuck", jobId: job.jobId }),
    ]);
    const mended = await finishedJob(clients, out("JobsTableName"), "stuck.csv");
    expect(mended).toMatchObject({ status: "succeeded", attempt: 2, facts: { rows: 2 } });
  });
});

/** The batch reads the time off answers, which name whole seconds: until then an upload is newer than its "now". */
async function pastThisSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1_000);
  await until("the second is over", () => Math.floor(Date.now() / 1_000) > second + 1);
}
