import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type Incident, incident } from "./incident.ts";

/** Where incidents are kept, and with which client. */
export interface IncidentTable {
  readonly client: DynamoDBDocumentClient;
  readonly incidentsTable: string;
}

/** `new`: kept now. `pending`: kept before, and its alert has not been seen to. `done`: kept and seen to. */
export type KeptIncident = "new" | "pending" | "done";

/** Keeps an incident unless it is there already: a duplicate changes nothing. */
export async function keepIncident(
  { client, incidentsTable }: IncidentTable,
  item: Incident,
): Promise<KeptIncident> {
  const { incidentId } = item;
  try {
    await client.send(
      new PutCommand({
        TableName: incidentsTable,
        Item: item,
        ConditionExpression: "attribute_not_exists(#incidentId)",
        ExpressionAttributeNames: { "#incidentId": "incidentId" },
      }),
    );
    return "new";
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
    const { Item } = await client.send(
      new GetCommand({ TableName: incidentsTable, Key: { incidentId }, ConsistentRead: true }),
    );
    return Item?.alerted === true ? "done" : "pending";
  }
}

/** Nothing is left to do about the incident's alert. */
export async function markAlerted(
  { client, incidentsTable }: IncidentTable,
  incidentId: string,
): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName: incidentsTable,
      Key: { incidentId },
      UpdateExpression: "SET #alerted = :yes",
      ConditionExpression: "attribute_exists(#incidentId)",
      ExpressionAttributeNames: { "#alerted": "alerted", "#incidentId": "incidentId" },
      ExpressionAttributeValues: { ":yes": true },
    }),
  );
}

/** Incidents of one day, newest first. @param since leaves out what is older, ISO 8601 */
export function incidentsOfDay(table: IncidentTable, day: string, since: string): AsyncGenerator<Incident> {
  return query(table, {
    TableName: table.incidentsTable,
    IndexName: "byDay",
    KeyConditionExpression: "#day = :day AND #occurredAt >= :since",
    ExpressionAttributeNames: { "#day": "day", "#occurredAt": "occurredAt" },
    ExpressionAttributeValues: { ":day": day, ":since": since },
    ScanIndexForward: false,
  });
}

/** Incidents of one day within a time, newest first. @param from and `until` inclusive, ISO 8601 */
export function incidentsUntil(
  table: IncidentTable,
  day: string,
  from: string,
  until: string,
): AsyncGenerator<Incident> {
  return query(table, {
    TableName: table.incidentsTable,
    IndexName: "byDay",
    KeyConditionExpression: "#day = :day AND #occurredAt BETWEEN :from AND :until",
    ExpressionAttributeNames: { "#day": "day", "#occurredAt": "occurredAt" },
    ExpressionAttributeValues: { ":day": day, ":from": from, ":until": until },
    ScanIndexForward: false,
  });
}

/** Reads an incident, consistently. */
export async function readIncident(
  { client, incidentsTable }: IncidentTable,
  incidentId: string,
): Promise<Incident | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: incidentsTable, Key: { incidentId }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : incident.parse(Item);
}

/** Incidents of one job, in the order in which they happened. */
export async function incidentsOfJob(table: IncidentTable, jobId: string): Promise<Incident[]> {
  const found: Incident[] = [];
  for await (const item of query(table, {
    TableName: table.incidentsTable,
    IndexName: "byJob",
    KeyConditionExpression: "#jobId = :jobId",
    ExpressionAttributeNames: { "#jobId": "jobId" },
    ExpressionAttributeValues: { ":jobId": jobId },
  })) {
    found.push(item);
  }
  return found;
}

async function* query({ client }: IncidentTable, input: QueryCommandInput): AsyncGenerator<Incident> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({ ...input, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    for (const item of Items) yield incident.parse(item);
    start = LastEvaluatedKey;
  } while (start);
}
