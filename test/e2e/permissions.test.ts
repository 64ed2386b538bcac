import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { adminClients, type Clients, clientsOf } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { synthesizePermissionsApp } from "./support/permissions-app.ts";
import { until } from "./support/until.ts";

const folder = temporaryState();
const lines: string[] = [];
let runtime: Runtime | undefined;
let endpoint: string;
let admin: Clients;
let role: Clients;
let credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
const out = (name: string) => runtime?.outputs[name] ?? expect.fail(`no output ${name}`);

beforeAll(async () => {
  const assembly = synthesizePermissionsApp(folder.path);
  const state = `${folder.path}/state`;
  runtime = await startRuntime({ assembly, state, port: 0, consolePort: 0, log: (line) => lines.push(line) });
  endpoint = runtime.endpoint;
  admin = adminClients(endpoint);
  const { Credentials: given } = await admin.sts.send(
    new AssumeRoleCommand({ RoleArn: out("RoleArn"), RoleSessionName: "test" }),
  );
  credentials = {
    accessKeyId: given?.AccessKeyId ?? "",
    secretAccessKey: given?.SecretAccessKey ?? "",
    sessionToken: given?.SessionToken ?? "",
  };
  role = clientsOf(endpoint, credentials);
});

afterAll(async () => {
  await runtime?.stop();
  folder.remove();
});

/** What a call was refused with. */
async function refusal(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  return expect.fail("it was allowed");
}

describe("S3", () => {
  const Bucket = () => out("Bucket");
  const put = (Key: string) => role.s3.send(new PutObjectCommand({ Bucket: Bucket(), Key, Body: "x" }));

  it("lets a role write and read what its policy names, and nothing else", async () => {
    await put("mine/a");
    const { Body } = await role.s3.send(new GetObjectCommand({ Bucket: Bucket(), Key: "mine/a" }));
    expect(await Body?.transformToString()).toBe("x");
    expect(await refusal(put("yours/a"))).toMatchObject({
      name: "AccessDenied",
      status: 403,
      message: expect.stringMatching(
        /^User: arn:aws:sts::000000000000:assumed-role\/.+\/test is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::.+\/yours\/a" because no identity-based policy allows the s3:PutObject action$/,
      ),
    });
  });

  it("refuses to say that an object is missing to who may not list the bucket", async () => {
    const missing = { Bucket: Bucket(), Key: "mine/missing" };
    expect(await refusal(role.s3.send(new GetObjectCommand(missing)))).toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("s3:ListBucket"),
    });
    expect(await refusal(admin.s3.send(new GetObjectCommand(missing)))).toMatchObject({ name: "NoSuchKey" });
  });

  it("lists under the prefix of the policy's condition alone", async () => {
    const list = (Prefix?: string) => role.s3.send(new ListObjectsV2Command({ Bucket: Bucket(), Prefix }));
    expect((await list("mine/")).Contents?.map(({ Key }) => Key)).toContain("mine/a");
    expect(await refusal(list())).toMatchObject({ name: "AccessDenied" });
  });

  it("decides DeleteObjects key by key", async () => {
    await put("mine/b");
    const { Deleted, Errors } = await role.s3.send(
      new DeleteObjectsCommand({
        Bucket: Bucket(),
        Delete: { Objects: [{ Key: "mine/b" }, { Key: "yours/b" }] },
      }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(["mine/b"]);
    expect(Errors).toMatchObject([{ Key: "yours/b", Code: "AccessDenied" }]);
  });

  it("takes an upload form for what the role that signed it may write", async () => {
    const submit = async (Key: string) => {
      const { url, fields } = await createPresignedPost(role.s3, { Bucket: Bucket(), Key });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file", new Blob(["from a form"]));
      const response = await fetch(url, { method: "POST", body: form });
      return { status: response.status, text: await response.text() };
    };
    expect(await submit("mine/form")).toMatchObject({ status: 204 });
    expect(await submit("yours/form")).toMatchObject({
      status: 403,
      text: expect.stringContaining("s3:PutObject"),
    });
  });
});

describe("DynamoDB", () => {
  it("lets a role read the table, and not write to it", async () => {
    const id = { id: { S: "1" } };
    await role.dynamo.send(new GetItemCommand({ TableName: out("Table"), Key: id }));
    const write = role.dynamo.send(new PutItemCommand({ TableName: out("Table"), Item: id }));
    expect(await refusal(write)).toMatchObject({
      name: "AccessDeniedException",
      status: 400,
      message: expect.stringContaining("dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:"),
    });
  });
});

describe("SQS and SNS", () => {
  it("let a role send to its queue, and not receive from it", async () => {
    const QueueUrl = out("QueueUrl");
    await role.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
    expect(await refusal(role.sqs.send(new ReceiveMessageCommand({ QueueUrl })))).toMatchObject({
      name: "AccessDenied",
      status: 403,
      message: expect.stringContaining("sqs:receivemessage"),
    });
  });

  it("refuse what a condition does not hold for", async () => {
    const sns = new SNSClient({ endpoint, region: "us-east-1", credentials });
    const publish = sns.send(new PublishCommand({ TopicArn: out("TopicArn"), Message: "x" }));
    expect(await refusal(publish)).toMatchObject({
      name: "AuthorizationErrorException",
      status: 403,
      message: expect.stringContaining("is not authorized to perform: SNS:Publish"),
    });
  });
});

describe("ECS", () => {
  const run = (input: { cluster: string; taskDefinition: string; overrides?: { taskRoleArn: string } }) =>
    role.ecs.send(
      new RunTaskCommand({
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
        ...input,
      }),
    );

  it("runs the role's task in the role's cluster alone, and lets it stop none", async () => {
    const taskDefinition = out("Definition");
    const { tasks } = await run({ cluster: out("Cluster"), taskDefinition });
    expect(tasks).toHaveLength(1);
    expect(await refusal(run({ cluster: out("OtherCluster"), taskDefinition }))).toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("ecs:RunTask"),
    });
    const stop = role.ecs.send(
      new StopTaskCommand({ cluster: out("Cluster"), task: tasks?.[0]?.taskArn ?? "" }),
    );
    expect(await refusal(stop)).toMatchObject({ message: expect.stringContaining("ecs:StopTask") });
  });

  it("passes no role that the caller may not pass", async () => {
    const overrides = { taskRoleArn: out("RoleArn") };
    const call = run({ cluster: out("Cluster"), taskDefinition: out("Definition"), overrides });
    expect(await refusal(call)).toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`iam:PassRole on resource: ${out("RoleArn")}`),
    });
  });

  it("fails a task whose execution role may not write its logs", async () => {
    const cluster = out("Cluster");
    const { tasks } = await run({ cluster, taskDefinition: out("Muted") });
    const task = await until("the task has stopped", async () => {
      const described = await admin.ecs.send(
        new DescribeTasksCommand({ cluster, tasks: [tasks?.[0]?.taskArn ?? ""] }),
      );
      return described.tasks?.find(({ lastStatus }) => lastStatus === "STOPPED");
    });
    expect(task).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(
        /^ResourceInitializationError: failed to validate logger args: .*logs:CreateLogStream/,
      ),
    });
  });
});

describe("Lambda", () => {
  const invoke = (input: object) =>
    role.lambda.send(
      new InvokeCommand({ FunctionName: out("Function"), Payload: Buffer.from(JSON.stringify(input)) }),
    );

  it("lets a role invoke its function, and not look at others", async () => {
    expect((await invoke({ target: "AmazonSQS.ListQueues", body: {} })).StatusCode).toBe(200);
    expect(await refusal(role.lambda.send(new ListFunctionsCommand({})))).toMatchObject({
      name: "AccessDeniedException",
      status: 403,
    });
  });

  it("does not make an administrator of a function that makes up a key", async () => {
    const { Payload } = await invoke({ target: "AmazonSQS.ListQueues", body: {} });
    const answer = JSON.parse(Payload?.transformToString() ?? "") as { status: number; text: string };
    expect(answer).toMatchObject({
      status: 400,
      text: expect.stringContaining("UnrecognizedClientException"),
    });
  });

  it("loses the log lines that the function's role may not write, with a word about it", async () => {
    await invoke({ target: "AmazonSQS.ListQueues", body: {} });
    await until("the loss is told", () => lines.some((line) => line.includes("logs:CreateLogStream")));
    const { events } = await admin.logs.send(
      new FilterLogEventsCommand({ logGroupName: out("FunctionLogs") }),
    );
    expect(events).toEqual([]);
  });
});

describe("an event source mapping", () => {
  it("takes no message from a queue that the function's role may not read", async () => {
    const QueueUrl = out("MappedQueueUrl");
    await admin.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "stays" }));
    await until("the refusal is told", () =>
      lines.some((line) => line.includes("sqs:receivemessage") && line.includes("MappedQueue")),
    );
    const { Messages } = await admin.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["stays"]);
  });
});

describe("a topic", () => {
  it("does not deliver to a queue whose policy does not let it in", async () => {
    const sns = new SNSClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    await sns.send(new PublishCommand({ TopicArn: out("TopicArn"), Message: "x" }));
    await until("the refusal is told", () =>
      lines.some((line) => line.includes("User: sns.amazonaws.com is not authorized")),
    );
    const { Messages } = await admin.sqs.send(new ReceiveMessageCommand({ QueueUrl: out("ClosedQueueUrl") }));
    expect(Messages ?? []).toEqual([]);
  });
});

describe("EventBridge", () => {
  it("delivers where the queue's policy lets the rule in, and keeps the refused with the reason", async () => {
    const entry = { Source: "permissions", DetailType: "test", Detail: "{}" };
    await admin.events.send(new PutEventsCommand({ Entries: [entry] }));
    const receive = (QueueUrl: string) =>
      until(`a message is in ${QueueUrl}`, async () => {
        const { Messages = [] } = await admin.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], MaxNumberOfMessages: 10 }),
        );
        return Messages.find(({ Body }) => Body?.includes('"permissions"'));
      });
    await receive(out("QueueUrl"));
    const { MessageAttributes: attributes } = await receive(out("DeadLettersUrl"));
    expect(attributes?.ERROR_CODE?.StringValue).toBe("NO_PERMISSIONS");
    expect(attributes?.ERROR_MESSAGE?.StringValue).toContain(
      "because no resource-based policy allows the sqs:sendmessage action",
    );
    const { Messages } = await admin.sqs.send(new ReceiveMessageCommand({ QueueUrl: out("ClosedQueueUrl") }));
    expect(Messages ?? []).toEqual([]);
  });

  it("refuses a role that may not put events", async () => {
    const put = role.events.send(
      new PutEventsCommand({ Entries: [{ Source: "a", DetailType: "b", Detail: "{}" }] }),
    );
    expect(await refusal(put)).toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("events:PutEvents on resource: arn:aws:events:us-east-1:"),
    });
  });
});

describe("a session", () => {
  it("of a role that does not trust the caller is not given", async () => {
    const assume = admin.sts.send(
      new AssumeRoleCommand({ RoleArn: out("StrangerRoleArn"), RoleSessionName: "test" }),
    );
    expect(await refusal(assume)).toMatchObject({ name: "AccessDenied", status: 403 });
  });

  it("is held to its session policy", async () => {
    const { Credentials: given } = await admin.sts.send(
      new AssumeRoleCommand({
        RoleArn: out("RoleArn"),
        RoleSessionName: "narrow",
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" },
        }),
      }),
    );
    const narrow = clientsOf(endpoint, {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    });
    await narrow.s3.send(new PutObjectCommand({ Bucket: out("Bucket"), Key: "mine/n", Body: "x" }));
    const send = narrow.sqs.send(new SendMessageCommand({ QueueUrl: out("QueueUrl"), MessageBody: "x" }));
    expect((await refusal(send)).message).toContain("no session policy allows the sqs:sendmessage action");
  });
});

it("every refusal is told to who runs the runtime", () => {
  expect(lines).toContainEqual(expect.stringMatching(/^iam: refused: User: .*s3:PutObject/));
  expect(lines).toContainEqual(expect.stringMatching(/^iam: refused: User: events\.amazonaws\.com/));
});
