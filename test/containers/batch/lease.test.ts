import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { BatchTable } from "../../../containers/batch/batch-table.ts";
import { Lease, LeaseLostError } from "../../../containers/batch/lease.ts";
import { BATCH_KEYS } from "../../../events/batch/batch-items.ts";
import { eventually } from "../support/eventually.ts";

const LEASE_MS = 600;
const dynalite = createRequire(import.meta.url)("dynalite")({ createTableMs: 0 }) as Server;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  await once(dynalite.listen(0, "127.0.0.1"), "listening");
  const endpoint = `http://127.0.0.1:${(dynalite.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  await client.send(
    new CreateTableCommand({
      TableName: "batch",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
});
afterAll(() => {
  client.destroy();
  dynalite.close();
});

const write = (owner: string, expiresAt: number) =>
  client.send(new PutCommand({ TableName: "batch", Item: { ...BATCH_KEYS.lease, owner, expiresAt } }));
const acquire = (owner: string) =>
  Lease.acquire({
    table: new BatchTable(client, "batch"),
    clock: { now: () => Date.now() },
    owner,
    leaseMs: LEASE_MS,
  });
const acquired = async (owner: string) => (await acquire(owner)) ?? expect.fail("somebody has the lease");

beforeEach(() => write("", 0));

it("is one batch's until it is released, for longer than its length", async () => {
  const lease = await acquired("first");
  const until = performance.now() + 2 * LEASE_MS;
  while (performance.now() < until) {
    expect(await acquire("second")).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(() => lease.assertHeld()).not.toThrow();
  await lease.release();
  await (await acquired("second")).release();
});

it("is one of two that ask at once", async () => {
  const leases = await Promise.all(["a", "b", "c", "d"].map(acquire));
  const held = leases.filter((lease) => lease !== undefined);
  expect(held).toHaveLength(1);
  await held[0]?.release();
});

it("of a batch that was killed runs out", async () => {
  await write("killed", Date.now() + LEASE_MS);
  expect(await acquire("next")).toBeUndefined();
  await (await eventually("the lease runs out", () => acquire("next"))).release();
});

it("is lost to whom it was taken from, who then writes nothing and releases nothing", async () => {
  const lease = await acquired("first");
  await write("second", Date.now() + 60_000);
  await eventually("the loss is noticed", async () => {
    try {
      lease.assertHeld();
      return undefined;
    } catch (error) {
      return error instanceof LeaseLostError;
    }
  });
  await lease.release();
  expect(await acquire("third")).toBeUndefined();
});
