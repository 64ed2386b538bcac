import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { quantile, type Report } from "./report.ts";

const CALLS = 1_500;
const WARM_UP = 200;
/** Sessions of a role that are new to the endpoint. */
const NEW_SESSIONS = 20;
const ADMINISTRATOR = { accessKeyId: "bench", secretAccessKey: "bench" };

export interface Endpoint {
  readonly endpoint: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Alone {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly s3: string;
}

type Role = "Worker" | "Console";

/** One operation, on whatever answers for its service. */
interface Operation {
  readonly name: string;
  readonly role: Role;
  call(clients: Clients, at: Places): Promise<unknown>;
}

/** What an operation is done on: names that the template gave, or those of the services alone. */
interface Places {
  readonly uploads: string;
  readonly results: string;
  readonly jobs: string;
  readonly queueUrl: string;
}

interface Clients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
}

const key = "bench/object.bin";
const body = Buffer.alloc(2_000, "x");
const item = { jobId: { S: "bench" } };
const setting = {
  UpdateExpression: "SET heartbeatAt = :now",
  ExpressionAttributeValues: { ":now": { S: "2026-01-01T00:00:00.000Z" } },
};

const OPERATIONS: readonly Operation[] = [
  {
    name: "s3 GetObject",
    role: "Worker",
    call: async ({ s3 }, at) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: at.uploads, Key: key }));
      return Body?.transformToByteArray();
    },
  },
  {
    name: "s3 PutObject",
    role: "Worker",
    call: ({ s3 }, at) => s3.send(new PutObjectCommand({ Bucket: at.results, Key: key, Body: body })),
  },
  {
    name: "dynamodb GetItem",
    role: "Worker",
    call: ({ dynamodb }, at) => dynamodb.send(new GetItemCommand({ TableName: at.jobs, Key: item })),
  },
  {
    name: "dynamodb UpdateItem",
    role: "Worker",
    call: ({ dynamodb }, at) =>
      dynamodb.send(new UpdateItemCommand({ TableName: at.jobs, Key: item, ...setting })),
  },
  {
    name: "sqs SendMessage",
    role: "Console",
    call: ({ sqs }, at) =>
      sqs.send(new SendMessageCommand({ QueueUrl: at.queueUrl, MessageBody: "x".repeat(500) })),
  },
  {
    name: "sqs ReceiveMessage",
    role: "Console",
    call: ({ sqs }, at) => sqs.send(new ReceiveMessageCommand({ QueueUrl: at.queueUrl })),
  },
];

/**
 * Reads and writes of S3, DynamoDB and SQS with the credentials of a role of Longshore's own: its signature verified,
 * its policies and those of bucket and queue decided on; beside the same calls of the service alone.
 */
export async function roleCalls(
  { endpoint, outputs }: Endpoint,
  alone: Alone,
  report: Report,
): Promise<void> {
  const out = (name: string) => outputs[name] ?? fail(`the template has no output ${name}`);
  const at: Places = {
    uploads: out("UploadsBucket"),
    results: out("ResultsBucket"),
    jobs: out("JobsTableName"),
    queueUrl: out("BenchQueueUrl"),
  };
  const administrator = clientsOf({ s3: endpoint, dynamodb: endpoint, sqs: endpoint }, ADMINISTRATOR);
  const direct = clientsOf(alone, ADMINISTRATOR);
  const there = await placesAlone(direct, administrator, at);
  for (const [clients, { uploads }] of [
    [administrator, at],
    [direct, there],
  ] as const) {
    await clients.s3.send(new PutObjectCommand({ Bucket: uploads, Key: key, Body: body }));
  }

  const sts = new STSClient({ endpoint, region: "us-east-1", credentials: ADMINISTRATOR });
  const session = async (role: Role, name: string) => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: out(`Bench${role}Role`), RoleSessionName: name }),
    );
    return clientsOf(
      { s3: endpoint, dynamodb: endpoint, sqs: endpoint },
      {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      },
    );
  };
  for (const operation of OPERATIONS) {
    await compare(operation, { endpoint: await session(operation.role, "bench"), at, direct, there }, report);
    await newcomers(operation, (name) => session(operation.role, name), at, report);
  }
}

/** Each call in turn to the one and to the other, so that noise of the machine falls on both. */
async function compare(
  { name, call }: Operation,
  sides: { readonly endpoint: Clients; at: Places; direct: Clients; there: Places },
  report: Report,
): Promise<void> {
  const times = { ours: [] as number[], alone: [] as number[] };
  let first: { ours: number; alone: number } | undefined;
  for (let index = 0; index < WARM_UP + CALLS; index++) {
    const ours = await timed(() => call(sides.endpoint, sides.at));
    const alone = await timed(() => call(sides.direct, sides.there));
    first ??= { ours, alone };
    if (index < WARM_UP) continue;
    times.ours.push(ours);
    times.alone.push(alone);
  }
  const [ours, alone] = [quantile(times.ours, 0.5), quantile(times.alone, 0.5)];
  report.note(
    `${name}: the very first, and of the service alone`,
    `${inMs(first?.ours)}, ${inMs(first?.alone)}`,
  );
  const peer = { name: "service alone", figure: alone };
  report.compare(`${name} as a role, decided on (p50)`, ours, "ms", peer, "less");
  const added = ours - alone;
  if (added > 0) report.add(`${name}: added by endpoint and decision (p50)`, added, "ms", 1.5, "less");
  else report.note(`${name}: added by endpoint and decision (p50)`, "nothing");
}

/** The first call of sessions that the endpoint has not heard of, and the second, on connections that are open. */
async function newcomers(
  { name, call }: Operation,
  session: (name: string) => Promise<Clients>,
  at: Places,
  report: Report,
): Promise<void> {
  const times = { first: [] as number[], second: [] as number[] };
  for (let index = 0; index < NEW_SESSIONS; index++) {
    const clients = await session(`bench-${index}`);
    times.first.push(await timed(() => call(clients, at)));
    times.second.push(await timed(() => call(clients, at)));
  }
  report.note(
    `${name}: first call of a new session, and its second (p50)`,
    `${inMs(quantile(times.first, 0.5))}, ${inMs(quantile(times.second, 0.5))}`,
  );
}

/** Bucket, table and queue like the template's. */
async function placesAlone(direct: Clients, administrator: Clients, at: Places): Promise<Places> {
  const Bucket = "bench";
  await direct.s3.send(new CreateBucketCommand({ Bucket }));
  await direct.s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  const { Table } = await administrator.dynamodb.send(new DescribeTableCommand({ TableName: at.jobs }));
  await direct.dynamodb.send(
    new CreateTableCommand({
      TableName: "bench",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: Table?.AttributeDefinitions,
      KeySchema: Table?.KeySchema,
      GlobalSecondaryIndexes: Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
    }),
  );
  const { QueueUrl = "" } = await direct.sqs.send(new CreateQueueCommand({ QueueName: "bench" }));
  return { uploads: Bucket, results: Bucket, jobs: "bench", queueUrl: QueueUrl };
}

function clientsOf(
  urls: Readonly<Record<keyof Clients, string>>,
  credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  },
): Clients {
  const client = (endpoint: string) => ({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  return {
    s3: new S3Client({ ...client(urls.s3), forcePathStyle: true }),
    dynamodb: new DynamoDBClient(client(urls.dynamodb)),
    sqs: new SQSClient({ ...client(urls.sqs), useQueueUrlAsEndpoint: false }),
  };
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

function inMs(milliseconds = Number.NaN): string {
  return `${milliseconds.toFixed(2)} ms`;
}

function fail(message: string): never {
  throw new RangeError(message);
}
