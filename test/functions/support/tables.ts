import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { IncidentTable } from "../../../events/incidents/incident-table.ts";
import type { JobTable } from "../../../events/jobs/job-table.ts";

type Dynalite = (options: object) => Server;
const dynalite = createRequire(import.meta.url)("dynalite") as Dynalite;

/** Tables as infra/ makes them, on a server of their own. */
export interface TestTables extends JobTable, IncidentTable {
  readonly countersTable: string;
  close(): Promise<void>;
}

/** Partition keys, and indexes as name, partition key and sort key. */
const TABLES: Record<string, { key: string; indexes: [string, string, string][] }> = {
  Jobs: {
    key: "jobId",
    indexes: [["byDeadline", "watch", "deadline"]],
  },
  Objects: { key: "objectId", indexes: [] },
  Incidents: {
    key: "incidentId",
    indexes: [
      ["byDay", "day", "occurredAt"],
      ["byJob", "jobId", "occurredAt"],
    ],
  },
  Counters: { key: "counter", indexes: [] },
};

export async function createTables(): Promise<TestTables> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  for (const [name, definition] of Object.entries(TABLES)) {
    await client.send(new CreateTableCommand(tableInput(name, definition)));
  }
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    jobsTable: "Jobs",
    objectsTable: "Objects",
    incidentsTable: "Incidents",
    countersTable: "Counters",
    close: () => {
      client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function tableInput(name: string, { key, indexes }: (typeof TABLES)[string]): CreateTableCommandInput {
  const attributes = new Set([key, ...indexes.flatMap(([, partition, sort]) => [partition, sort])]);
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(([IndexName, partition, sort]) => ({
        IndexName,
        KeySchema: [
          { AttributeName: partition, KeyType: "HASH" },
          { AttributeName: sort, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  };
}
