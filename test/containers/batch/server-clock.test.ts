import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ServerClock } from "../../../containers/batch/server-clock.ts";

const dynalite = createRequire(import.meta.url)("dynalite")() as Server;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  await once(dynalite.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  dynalite.close();
});

function createClient() {
  const endpoint = `http://127.0.0.1:${(dynalite.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  return client;
}

it.each([10 * 365, -10 * 365])("a clock that is %d days off is set by DynamoDB's, and told", async (days) => {
  const offsets: number[] = [];
  const wrong = () => Date.now() + days * 86_400_000;
  const clock = new ServerClock(createClient(), (offset) => offsets.push(offset), wrong);
  await client.send(new ListTablesCommand({}));
  await client.send(new ListTablesCommand({}));
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(5_000);
  expect(offsets.map((offset) => Math.round(offset / 86_400_000))).toEqual([days]);
});

it("between two answers the time goes on by a counter that no clock moves", async () => {
  let wall = Date.now();
  let monotonic = 0;
  const clock = new ServerClock(
    createClient(),
    () => {},
    () => wall,
    () => monotonic,
  );
  await client.send(new ListTablesCommand({}));
  const before = clock.now();
  wall -= 3_600_000;
  monotonic += 1_500;
  expect(clock.now() - before).toBe(1_500);
});
