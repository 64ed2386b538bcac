import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FINAL_STATUSES, JOB_TRANSITIONS, type JobStatus } from "../../events/jobs/job.ts";
import {
  applyWrite,
  type JobTable,
  type RefusedTransition,
  readJob,
  supersedeOlder,
} from "../../events/jobs/job-table.ts";
import * as transitions from "../../events/jobs/transitions.ts";

type Dynalite = (options: object) => Server;
const dynalite = createRequire(import.meta.url)("dynalite") as Dynalite;

let server: Server;
let table: JobTable;
let tables = 0;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(async () => {
  table = await freshTables();
});

async function freshTables(): Promise<JobTable> {
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  tables += 1;
  const names = { jobsTable: `Jobs${tables}`, objectsTable: `Objects${tables}` };
  for (const [TableName, key] of [
    [names.jobsTable, "jobId"],
    [names.objectsTable, "objectId"],
  ] as const) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
        KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
      }),
    );
  }
  const document = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return { client: document, ...names };
}

const job = (jobId: string, sequencer = "0A"): transitions.NewJob => ({
  jobId,
  pipeline: "tables",
  lane: "dedicated",
  bucket: "uploads",
  key: "a.csv",
  etag: "e",
  size: 1,
  sequencer,
});
const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 13, 0, second)).toISOString();
const first = { taskArn: "task/1", attempt: 1 };
const second = { taskArn: "task/2", attempt: 2 };
const outcome = (name: string) => ({ result: { bucket: "results", key: name }, facts: { rows: 3 } });

describe("a dedicated job", () => {
  it("goes from accepted over launched and running to succeeded", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    await applyWrite(table, transitions.launched("j", first, at(1)));
    await applyWrite(table, transitions.startDedicated("j", first, at(2)));
    const { done } = await applyWrite(table, transitions.succeeded("j", first, outcome("r"), at(3)));
    expect(done).toBe(true);
    expect(await readJob(table, "j")).toMatchObject({
      status: "succeeded",
      attempt: 1,
      taskArn: "task/1",
      createdAt: at(0),
      startedAt: at(2),
      finishedAt: at(3),
      facts: { rows: 3 },
      result: { bucket: "results", key: "r" },
    });
  });

  it("shows a duplicate event as a refusal with the job as it stands", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    const again = await applyWrite(table, transitions.accept(job("j"), at(5)));
    expect(again).toMatchObject({ done: false, current: { status: "accepted", createdAt: at(0) } });
  });

  it("may start before its launch is written down", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    await applyWrite(table, transitions.startDedicated("j", first, at(1)));
    expect(await applyWrite(table, transitions.launched("j", first, at(2)))).toMatchObject({ done: false });
    expect(await readJob(table, "j")).toMatchObject({ status: "running" });
  });

  it("whose task ended before its launch was written down still names task and attempt", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    const failure = { cause: "cannot-pull", message: "no such image" } as const;
    await applyWrite(table, transitions.failedUnheld("j", first, failure, at(1)));
    expect(await readJob(table, "j")).toMatchObject({ status: "failed", attempt: 1, taskArn: "task/1" });
  });

  it("cannot be taken by a second task of the same attempt", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    await applyWrite(table, transitions.startDedicated("j", first, at(1)));
    const other = await applyWrite(
      table,
      transitions.startDedicated("j", { ...first, taskArn: "task/9" }, at(2)),
    );
    expect(other).toMatchObject({ done: false, current: { taskArn: "task/1" } });
  });

  it("lets an attempt that was given up write nothing", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    await applyWrite(table, transitions.startDedicated("j", first, at(1)));
    await applyWrite(table, transitions.queued("j", { attempt: 1 }, "spot", at(2)));
    await applyWrite(table, transitions.startDedicated("j", second, at(3)));
    for (const late of [
      transitions.startDedicated("j", first, at(4)),
      transitions.succeeded("j", first, outcome("old"), at(4)),
      transitions.failed("j", first, { cause: "container-error", message: "late" }, at(4)),
      transitions.progressed("j", first, { percent: 50, step: "old" }, at(4)),
    ]) {
      expect((await applyWrite(table, late)).done).toBe(false);
    }
    await applyWrite(table, transitions.succeeded("j", second, outcome("new"), at(5)));
    expect(await readJob(table, "j")).toMatchObject({
      status: "succeeded",
      result: { key: "new" },
      attempt: 2,
    });
  });
});

describe("an attempt that has ended", () => {
  it("is followed by another, and can itself neither be launched nor taken any more", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    // The task was quicker to stop than its launch to be written down.
    await applyWrite(table, transitions.again("j", first, "attempt 2", at(1)));
    expect(await readJob(table, "j")).toMatchObject({
      status: "queued",
      attempt: 1,
      waitingFor: "attempt 2",
    });
    expect((await applyWrite(table, transitions.launched("j", first, at(2)))).done).toBe(false);
    expect((await applyWrite(table, transitions.startDedicated("j", first, at(2)))).done).toBe(false);
    expect((await applyWrite(table, transitions.launched("j", second, at(3)))).done).toBe(true);
    expect((await applyWrite(table, transitions.again("j", first, "late", at(4)))).done).toBe(false);
  });

  it("may be said to have ended twice", async () => {
    await applyWrite(table, transitions.accept(job("j"), at(0)));
    await applyWrite(table, transitions.startDedicated("j", first, at(1)));
    for (const second of [2, 3]) {
      expect((await applyWrite(table, transitions.again("j", first, "again", at(second)))).done).toBe(true);
    }
  });
});

describe("a refused transition", () => {
  it("is told with both states", async () => {
    const refused: RefusedTransition[] = [];
    const told = { ...table, onRefused: (refusal: RefusedTransition) => refused.push(refusal) };
    await applyWrite(told, transitions.accept(job("j"), at(0)));
    await applyWrite(told, transitions.succeeded("j", first, outcome("r"), at(1)));
    await applyWrite(told, transitions.progressed("gone", first, { percent: 1, step: "s" }, at(1)));
    expect(refused).toEqual([
      { jobId: "j", from: "accepted", to: "succeeded", attempt: 0, heldBy: undefined },
      { jobId: "gone", from: undefined, to: undefined, attempt: undefined, heldBy: undefined },
    ]);
  });
});

describe("a pooled job", () => {
  const lease = (from: number, until: number) => ({ now: at(from), until: at(until) });

  it("is made by the worker that takes it, and counts attempts", async () => {
    const taken = await applyWrite(
      table,
      transitions.startPooled(job("j"), { taskArn: "w1" }, lease(0, 10), true),
    );
    expect(taken).toMatchObject({ done: true, job: { status: "running", attempt: 1, taskArn: "w1" } });
  });

  it("stays with its worker while the lease runs, and goes to another after it", async () => {
    await applyWrite(table, transitions.startPooled(job("j"), { taskArn: "w1" }, lease(0, 10), true));
    const early = await applyWrite(
      table,
      transitions.startPooled(job("j"), { taskArn: "w2" }, lease(5, 15), true),
    );
    expect(early.done).toBe(false);
    const later = await applyWrite(
      table,
      transitions.startPooled(job("j"), { taskArn: "w2" }, lease(11, 21), true),
    );
    expect(later).toMatchObject({ done: true, job: { attempt: 2, taskArn: "w2", createdAt: at(0) } });
    const stale = transitions.succeeded("j", { taskArn: "w1", attempt: 1 }, outcome("old"), at(12));
    expect((await applyWrite(table, stale)).done).toBe(false);
  });

  it("can be taken at once when its worker hands it back, and that costs no attempt", async () => {
    await applyWrite(table, transitions.startPooled(job("j"), { taskArn: "w1" }, lease(0, 10), true));
    await applyWrite(table, transitions.handBack("j", { taskArn: "w1", attempt: 1 }, at(1)));
    const next = await applyWrite(
      table,
      transitions.startPooled(job("j"), { taskArn: "w2" }, lease(2, 12), true),
    );
    expect(next).toMatchObject({ done: true, job: { attempt: 1, taskArn: "w2" } });
  });
});

describe("an overwritten key", () => {
  it.each([
    ["in order", ["0A", "0B"]],
    ["out of order", ["0B", "0A"]],
  ])("ends the older version's job as superseded, events %s", async (_, sequencers) => {
    for (const sequencer of sequencers) {
      const next = job(`job-${sequencer}`, sequencer);
      await applyWrite(table, transitions.accept(next, at(0)));
      await supersedeOlder(table, next, at(1));
    }
    expect(await readJob(table, "job-0A")).toMatchObject({ status: "superseded", supersededBy: "job-0B" });
    expect(await readJob(table, "job-0B")).toMatchObject({ status: "accepted" });
  });

  it("leaves a job that has its result as it is", async () => {
    await applyWrite(table, transitions.accept(job("old"), at(0)));
    await supersedeOlder(table, job("old"), at(0));
    await applyWrite(table, transitions.startDedicated("old", first, at(1)));
    await applyWrite(table, transitions.succeeded("old", first, outcome("r"), at(2)));
    await supersedeOlder(table, job("new", "0B"), at(3));
    expect(await readJob(table, "old")).toMatchObject({ status: "succeeded" });
  });
});

describe("any order of writes", () => {
  const holder = fc.constantFrom(first, second, { taskArn: "task/3", attempt: 2 });
  const write = fc.oneof(
    fc.constant((now: string) => transitions.accept(job("j"), now)),
    holder.map((who) => (now: string) => transitions.launched("j", who, now, at(59))),
    fc
      .constantFrom(0, 1, 2)
      .map((attempt) => (now: string) => transitions.queued("j", { attempt }, "test", now)),
    holder.map((who) => (now: string) => transitions.again("j", who, "test", now)),
    holder.map((who) => () => transitions.watched("j", who, at(59))),
    fc.constantFrom(0, 1, 2).map((attempt) => {
      const failure = { cause: "launch-refused", message: "m" } as const;
      return (now: string) => transitions.failedUnheld("j", { attempt }, failure, now);
    }),
    holder.map((who) => (now: string) => transitions.startDedicated("j", who, now)),
    holder.map((who) => (now: string) => transitions.succeeded("j", who, outcome(who.taskArn), now)),
    holder.map(
      (who) => (now: string) => transitions.failed("j", who, { cause: "container-error", message: "m" }, now),
    ),
    fc.constant((now: string) => transitions.superseded("j", "newer", now)),
  );

  it("makes only legal moves, and none out of a final state", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 14 }), async (writes) => {
        const own = await freshTables();
        let before: JobStatus | undefined;
        let attempt = 0;
        for (const [index, make] of writes.entries()) {
          const { done } = await applyWrite(own, make(at(index % 60)));
          const after = await readJob(own, "j");
          if (!done) {
            expect(after?.status).toBe(before);
          } else if (before && after) {
            expect(JOB_TRANSITIONS[before]).toContain(after.status);
            expect(FINAL_STATUSES).not.toContain(before);
            expect(after.attempt).toBeGreaterThanOrEqual(attempt);
          }
          // Only a job that a task of its own has is watched for its deadline.
          if (after?.watch) expect(["launched", "running"]).toContain(after.status);
          expect(after?.watch === undefined).toBe(after?.deadline === undefined);
          before = after?.status;
          attempt = after?.attempt ?? 0;
        }
        const { Items = [] } = await own.client.send(new ScanCommand({ TableName: own.jobsTable }));
        expect(Items.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});
