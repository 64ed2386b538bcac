import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDynalite, promised } from "../../../local/embedded/dynamodb/dynalite.ts";
import { createTables, type LocalTables, tableFromTemplate } from "../../../local/embedded/tables.ts";
import { type Endpoint, startEndpoint } from "./serve.ts";

const template = {
  TableName: "jobs",
  AttributeDefinitions: [
    { AttributeName: "jobId", AttributeType: "S" },
    { AttributeName: "status", AttributeType: "S" },
    { AttributeName: "updatedAt", AttributeType: "S" },
  ],
  KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-status",
      KeySchema: [
        { AttributeName: "status", KeyType: "HASH" },
        { AttributeName: "updatedAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true },
  TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
  Tags: [{ Key: "team", Value: "data" }],
};
const { definition, withoutEffect } = tableFromTemplate(template, "generated");

const withoutIndex = {
  ...definition,
  globalIndexes: [],
  attributeDefinitions: [{ AttributeName: "jobId", AttributeType: "S" as const }],
};

describe("DynamoDB", () => {
  let endpoint: Endpoint;
  let directory: string;
  let tables: LocalTables;
  let client: DynamoDBClient;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "tables-"));
    endpoint = await startEndpoint();
    await start();
    client = new DynamoDBClient(endpoint.client);
  });

  afterEach(async () => {
    client.destroy();
    await tables.stop();
    await endpoint.stop();
    rmSync(directory, { recursive: true });
  });

  async function start() {
    tables = await createTables({ realm: endpoint.realm, directory });
    endpoint.use(tables.dynamodb);
  }

  /** What a kill between the write of an item and that of its index entry leaves behind. */
  async function loseIndexEntries() {
    const dynalite = await openDynalite(join(directory, "dynalite"), endpoint.realm);
    await promised((done) => dynalite.store.deleteIndexDb("Global", "jobs", "by-status", done));
    await dynalite.store.db.close();
  }

  const put = (jobId: string, more: Record<string, { S: string } | { N: string }> = {}) =>
    client.send(new PutItemCommand({ TableName: "jobs", Item: { jobId: { S: jobId }, ...more } }));
  const get = async (jobId: string) =>
    (await client.send(new GetItemCommand({ TableName: "jobs", Key: { jobId: { S: jobId } } }))).Item;
  const job = (status: string, updatedAt: string) => ({ status: { S: status }, updatedAt: { S: updatedAt } });

  it("makes the table of a template, once, and shows it as asked for", async () => {
    await tables.createTable(definition);
    const { arn } = await tables.createTable(definition);
    expect(arn).toBe("arn:aws:dynamodb:us-east-1:000000000000:table/jobs");
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "jobs" }));
    expect(Table).toMatchObject({ TableStatus: "ACTIVE", TableArn: arn });
    expect(withoutEffect).toEqual([
      "PointInTimeRecoverySpecification: reported, but restoring is not played",
      "SSESpecification: local items are not encrypted",
    ]);
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(["by-status"]);
    const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: arn }));
    expect(Tags).toEqual([{ Key: "team", Value: "data" }]);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: "jobs" }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" });
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName: "jobs" }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toEqual({
      PointInTimeRecoveryStatus: "ENABLED",
    });
  });

  it("answers a failed condition with the item that was there", async () => {
    await tables.createTable(definition);
    await put("a", job("running", "1"));
    const again = new PutItemCommand({
      TableName: "jobs",
      Item: { jobId: { S: "a" } },
      ConditionExpression: "attribute_not_exists(jobId)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    const error = await client.send(again).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect((error as ConditionalCheckFailedException).Item).toEqual({
      jobId: { S: "a" },
      ...job("running", "1"),
    });

    const moved = new DeleteItemCommand({
      TableName: "jobs",
      Key: { jobId: { S: "a" } },
      ConditionExpression: "#s = :s",
      ExpressionAttributeNames: { "#s": "status" },
      ExpressionAttributeValues: { ":s": { S: "queued" } },
    });
    const plain = await client.send(moved).catch((failure: unknown) => failure);
    expect(plain).toBeInstanceOf(ConditionalCheckFailedException);
    expect((plain as ConditionalCheckFailedException).Item).toBeUndefined();
  });

  it("updates with if_not_exists and list_append, and returns what was asked for", async () => {
    await tables.createTable(definition);
    const step = (event: string) =>
      client.send(
        new UpdateItemCommand({
          TableName: "jobs",
          Key: { jobId: { S: "a" } },
          UpdateExpression:
            "SET attempts = if_not_exists(attempts, :zero) + :one, history = list_append(if_not_exists(history, :none), :event) REMOVE gone ADD tries :one",
          ExpressionAttributeValues: {
            ":zero": { N: "0" },
            ":one": { N: "1" },
            ":none": { L: [] },
            ":event": { L: [{ S: event }] },
          },
          ReturnValues: "ALL_NEW",
        }),
      );
    await step("accepted");
    const { Attributes } = await step("launched");
    expect(Attributes).toEqual({
      jobId: { S: "a" },
      attempts: { N: "2" },
      tries: { N: "2" },
      history: { L: [{ S: "accepted" }, { S: "launched" }] },
    });
  });

  it("pages through an index with a filter and finds every match once", async () => {
    await tables.createTable(definition);
    for (let index = 0; index < 25; index++) {
      await put(`job-${index}`, {
        ...job("failed", `t${String(index).padStart(2, "0")}`),
        bytes: { N: `${index}` },
      });
    }
    await put("other", job("running", "t99"));
    const found: (string | undefined)[] = [];
    let pages = 0;
    let from: Record<string, never> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: "jobs",
          IndexName: "by-status",
          KeyConditionExpression: "#s = :failed AND updatedAt BETWEEN :from AND :to",
          FilterExpression: "bytes >= :size",
          ExpressionAttributeNames: { "#s": "status" },
          ExpressionAttributeValues: {
            ":failed": { S: "failed" },
            ":from": { S: "t00" },
            ":to": { S: "t98" },
            ":size": { N: "10" },
          },
          ScanIndexForward: false,
          Limit: 4,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      pages++;
      found.push(...(page.Items ?? []).map((item) => item.jobId?.S));
      from = page.LastEvaluatedKey as typeof from;
    } while (from);
    expect(found).toEqual(Array.from({ length: 15 }, (_, index) => `job-${24 - index}`));
    expect(pages).toBeGreaterThan(5);
  });

  it("adds and drops indexes when the template changes, filling a new one from the items", async () => {
    await tables.createTable(withoutIndex);
    await put("a", job("failed", "1"));
    await tables.createTable(definition);
    const byStatus = new QueryCommand({
      TableName: "jobs",
      IndexName: "by-status",
      KeyConditionExpression: "#s = :s",
      ExpressionAttributeNames: { "#s": "status" },
      ExpressionAttributeValues: { ":s": { S: "failed" } },
    });
    expect((await client.send(byStatus)).Items?.map((item) => item.jobId?.S)).toEqual(["a"]);
    await tables.createTable(withoutIndex);
    await expect(client.send(byStatus)).rejects.toThrow("does not have the specified index");
    expect(await get("a")).toBeDefined();
  });

  it("counts what a write consumes, of the table and of the indexes that it touches", async () => {
    const include = { ProjectionType: "INCLUDE", NonKeyAttributes: ["name"] } as const;
    const [index] = definition.globalIndexes;
    if (!index) throw new Error("no index");
    await tables.createTable({ ...definition, globalIndexes: [{ ...index, Projection: include }] });
    const unitsOf = async (item: Record<string, string>) => {
      const { ConsumedCapacity: used } = await client.send(
        new PutItemCommand({
          TableName: "jobs",
          Item: Object.fromEntries(Object.entries(item).map(([name, text]) => [name, { S: text }])),
          ReturnConsumedCapacity: "INDEXES",
        }),
      );
      const { CapacityUnits: ofIndex = 0 } = used?.GlobalSecondaryIndexes?.["by-status"] ?? {};
      expect(used?.CapacityUnits).toBe((used?.Table?.CapacityUnits ?? 0) + ofIndex);
      return [used?.Table?.CapacityUnits, ofIndex];
    };
    const item = { jobId: "a", status: "open", updatedAt: "1", name: "n" };
    expect(await unitsOf({ jobId: "a" })).toEqual([1, 0]);
    expect(await unitsOf(item)).toEqual([1, 1]);
    expect(await unitsOf({ ...item, note: "not in the index" })).toEqual([1, 0]);
    expect(await unitsOf({ ...item, name: "other" })).toEqual([1, 1]);
    expect(await unitsOf({ ...item, status: "failed" })).toEqual([1, 2]);
    expect(await unitsOf({ ...item, status: "failed", note: "x".repeat(1_024) })).toEqual([2, 0]);
    expect(await unitsOf({ jobId: "a" })).toEqual([2, 1]);
  });

  it("refuses a change of key by name instead of dropping the items", async () => {
    await tables.createTable(definition);
    const other = { ...definition, keySchema: [{ AttributeName: "status", KeyType: "HASH" as const }] };
    await expect(tables.createTable(other)).rejects.toThrow(
      /Table jobs exists with another KeySchema.*--fresh/,
    );
  });

  it("deletes what is past its time to live, and nothing else", async () => {
    await tables.createTable(definition);
    const now = Date.UTC(2030, 0, 1);
    const seconds = (offset: number) => ({ N: String(now / 1000 + offset) });
    await put("past", { expiresAt: seconds(-1) });
    await put("ahead", { expiresAt: seconds(60) });
    await put("never");
    await put("text", { expiresAt: { S: "2020-01-01" } });
    await put("ancient", { expiresAt: seconds(-6 * 365 * 24 * 3600) });
    expect(await tables.sweepExpired(now)).toBe(1);
    const { Items } = await client.send(new ScanCommand({ TableName: "jobs", ConsistentRead: true }));
    expect(Items?.map((item) => item.jobId?.S).sort()).toEqual(["ahead", "ancient", "never", "text"]);
  });

  it("keeps items and settings over a restart, and repairs an index that a killed run left behind", async () => {
    await tables.createTable(definition);
    await put("a", { ...job("failed", "1") });
    await tables.stop();
    await loseIndexEntries();
    writeFileSync(join(directory, "open"), "");
    await start();
    expect(await get("a")).toEqual({ jobId: { S: "a" }, ...job("failed", "1") });
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: "jobs" }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe("expiresAt");
    const { Count } = await client.send(new ScanCommand({ TableName: "jobs", IndexName: "by-status" }));
    expect(Count).toBe(1);
  });

  it("makes tables by API, protects them when asked, and changes them", async () => {
    await client.send(
      new CreateTableCommand({
        TableName: "made",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
        DeletionProtectionEnabled: true,
      }),
    );
    const remove = () => client.send(new DeleteTableCommand({ TableName: "made" }));
    await expect(remove()).rejects.toThrow("protected against deletion");
    await client.send(new UpdateTableCommand({ TableName: "made", DeletionProtectionEnabled: false }));
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: "made",
        TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      }),
    );
    await remove();
    await expect(client.send(new DescribeTimeToLiveCommand({ TableName: "made" }))).rejects.toThrow(
      "Requested resource not found",
    );
  });

  it("names what it does not play instead of dropping it", async () => {
    await tables.createTable(definition);
    await expect(
      client.send(
        new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: "jobs", Key: {} } }] }),
      ),
    ).rejects.toThrow("TransactWriteItems is not played");
    await expect(
      client.send(
        new UpdateTableCommand({ TableName: "jobs", StreamSpecification: { StreamEnabled: true } }),
      ),
    ).rejects.toThrow("dynamodb UpdateTable: StreamSpecification is not played");
    expect(() => tableFromTemplate({ ...template, StreamSpecification: {} }, "generated")).toThrow(
      "AWS::DynamoDB::Table StreamSpecification is not played",
    );
  });
});
