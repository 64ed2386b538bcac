import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordTaskUse } from "../../events/batch/task-use.ts";
import { jobIdOf, objectIdOf } from "../../events/jobs/job-id.ts";
import { INDEXED_ATTRIBUTES, JOB_INDEXES } from "../../events/jobs/job-indexes.ts";
import { resultKeyFor } from "../../events/jobs/job-request.ts";
import { applyWrite, supersedeOlder } from "../../events/jobs/job-table.ts";
import * as transitions from "../../events/jobs/transitions.ts";
import { PRICE_LIST } from "../../events/prices.ts";
import { DEDICATED_REQUESTS, POOLED_REQUESTS } from "../../events/request-costs.ts";
import { createTables, type LocalTables, type TableDefinition } from "../../local/embedded/tables.ts";
import { type Endpoint, startEndpoint } from "../local/embedded/serve.ts";

/** Of the launch budget: a token of the counters table for each launch. */
const LAUNCH_TOKEN = 1;

let endpoint: Endpoint;
let tables: LocalTables;
let directory: string;
let client: DynamoDBDocumentClient;
let units = 0;
const table = () => ({ client, jobsTable: "jobs", objectsTable: "objects" });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "write-units-"));
  endpoint = await startEndpoint();
  tables = await createTables({ realm: endpoint.realm, directory });
  endpoint.use(tables.dynamodb);
  await tables.createTable(tableOf("objects", "objectId", []));
  await tables.createTable(
    tableOf("jobs", "jobId", [
      ...Object.values(JOB_INDEXES).map(
        ({ name, partition }) => [name, partition, "createdAt", INDEXED_ATTRIBUTES] as const,
      ),
      ["byDeadline", "watch", "deadline", ["taskArn", "attempt"]],
    ]),
  );
  const base = new DynamoDBClient(endpoint.client);
  base.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
      const answer = await next(args);
      const { ConsumedCapacity: used } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      units += used?.CapacityUnits ?? 0;
      return answer;
    },
    { step: "initialize" },
  );
  client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
});
afterAll(async () => {
  client.destroy();
  await tables.stop();
  await endpoint.stop();
  rmSync(directory, { recursive: true });
});

function tableOf(
  tableName: string,
  key: string,
  indexes: readonly (readonly [string, string, string, readonly string[]])[],
): TableDefinition {
  const keySchema = (partition: string, sort?: string) => [
    { AttributeName: partition, KeyType: "HASH" as const },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: "RANGE" as const }]),
  ];
  const names = new Set([key, ...indexes.flatMap(([, partition, sort]) => [partition, sort])]);
  return {
    tableName,
    keySchema: keySchema(key),
    attributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    globalIndexes: indexes.map(([IndexName, partition, sort, included]) => ({
      IndexName,
      KeySchema: keySchema(partition, sort),
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: included },
    })),
    localIndexes: [],
    billingMode: "PAY_PER_REQUEST",
    tags: {},
  };
}

/** As the default stack names things, with a key as the console makes it. */
const bucket = "longshore-platformuploads7f1bc23a-1q2w3e4r5t6y";
const resultsBucket = "longshore-platformresults0a1b2c3d-6y5t4r3e2w1q";
const CONSOLE_KEY = "2026/11/23/3f6c1c2e-9f0a-4d6c-8f7e-1f2d3c4b5a69/sales-of-the-third-quarter-europe.csv";
const taskArn =
  "arn:aws:ecs:us-east-1:123456789012:task/Longshore-PlatformCluster3E8F0A9B-Xq2kUvYw1z3D/0f9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b";
const holder = { taskArn, attempt: 1 };
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 10, 0, second)).toISOString();
const lease = { now: at(1), until: at(61) };
const spending = { taskMs: 1_234, cost: 123_456, prices: PRICE_LIST };

function newJob(lane: "pooled" | "dedicated", key: string): transitions.NewJob {
  const etag = "9b2cf535f27731c974343645a3985328";
  const versionId = "3HL4kqtJlcpXroDTDmJrmSpXd3dIbrHY";
  const object = { bucket, key, etag, versionId, size: 48_213, sequencer: "0055AED6DCD90281E5" };
  return { jobId: jobIdOf(object, "tables"), pipeline: "tables", lane, ...object };
}

const outcomeOf = ({ jobId, pipeline }: transitions.NewJob) => ({
  result: { bucket: resultsBucket, key: resultKeyFor(pipeline, jobId, 1) },
  facts: { type: "Excel workbook", rows: 120_345, columns: 14, sheets: 3 },
});

async function write(change: transitions.ConditionalWrite): Promise<void> {
  expect(await applyWrite(table(), change)).toMatchObject({ done: true });
}

/** What `doIt` consumes. */
async function unitsOf(doIt: () => Promise<void>): Promise<number> {
  const before = units;
  await doIt();
  return units - before;
}

async function startPooled(job: transitions.NewJob): Promise<void> {
  await write(transitions.startPooled(job, { taskArn }, lease, true));
  expect(await supersedeOlder(table(), job, at(1))).toBeUndefined();
}

describe("write units, as costs are estimated with them", () => {
  test.each([
    ["a key of the console's", CONSOLE_KEY],
    ["a key of 160 characters", `letters/${"k".repeat(148)}.csv`],
  ])("a small object with %s: the job, its entry in byTime, the key's claim and the end", async (_, key) => {
    const job = newJob("pooled", key);
    expect(
      await unitsOf(async () => {
        await startPooled(job);
        await write(transitions.succeeded(job.jobId, holder, outcomeOf(job), at(2), spending));
      }),
    ).toBe(POOLED_REQUESTS.tableWrites);
    expect(objectIdOf(job, job.pipeline)).toHaveLength(64);
  });

  test("a small object that keeps its worker for long is listed while it does: two more, and one for each heartbeat", async () => {
    const job = newJob("pooled", "long.csv");
    expect(
      await unitsOf(async () => {
        await startPooled(job);
        for (let beat = 0; beat < 3; beat++) await write(transitions.extendLease(job.jobId, holder, lease));
        await write(transitions.succeeded(job.jobId, holder, outcomeOf(job), at(2), spending));
      }),
    ).toBe(POOLED_REQUESTS.tableWrites + 2 + 3);
  });

  test("a small object that fails is listed for good: one more", async () => {
    const job = newJob("pooled", "broken.csv");
    const failure = { cause: "unreadable", message: "row 12 has 9 fields; the others have 8" } as const;
    expect(
      await unitsOf(async () => {
        await startPooled(job);
        await write(transitions.failed(job.jobId, holder, failure, at(2), spending));
      }),
    ).toBe(POOLED_REQUESTS.tableWrites + 1);
  });

  test("an object with a task of its own, which works for some seconds", async () => {
    const job = newJob("dedicated", `${CONSOLE_KEY}.large`);
    expect(
      LAUNCH_TOKEN +
        (await unitsOf(async () => {
          await write(transitions.accept(job, at(0)));
          expect(await supersedeOlder(table(), job, at(0))).toBeUndefined();
          await write(transitions.launched(job.jobId, holder, at(1), at(900)));
          await write(transitions.startDedicated(job.jobId, holder, at(40)));
          for (const percent of [20, 60]) {
            const progress = { percent, step: "reading rows" };
            await write(transitions.progressed(job.jobId, holder, progress, at(42)));
          }
          await write(transitions.succeeded(job.jobId, holder, outcomeOf(job), at(45)));
          const use = { cpu: 1_024, memoryMiB: 2_048, capacity: "FARGATE", ms: 45_000 } as const;
          await recordTaskUse(table(), job.jobId, taskArn, use, spending);
        })),
    ).toBe(DEDICATED_REQUESTS.tableWrites);
  });
});
