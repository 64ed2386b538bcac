import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resultDocument } from "../../events/result.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { LongshoreProcess, ownFlags, temporaryState } from "./support/longshore-process.ts";
import { largestValue } from "./support/metrics.ts";
import { until } from "./support/until.ts";

const state = temporaryState();
let longshore: LongshoreProcess;
let clients: Clients;
let outputs: Record<string, string>;
const out = (name: string) => outputs[name] ?? expect.fail(`no output ${name}`);

beforeAll(async () => {
  longshore = new LongshoreProcess([...ownFlags(state.path), "--no-samples"]);
  const ready = await longshore.ready();
  outputs = ready.outputs;
  clients = adminClients(ready.endpoint);
});

afterAll(async () => {
  const { code } = await longshore.stop("SIGINT");
  state.remove();
  expect(code, longshore.output).toBe(0);
});

const put = (Key: string, Body: string | Buffer) =>
  clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body }));
const finished = (key: string) => finishedJob(clients, out("JobsTableName"), key);

async function resultOf(job: { result?: { bucket: string; key: string } | undefined }) {
  const { Body } = await clients.s3.send(
    new GetObjectCommand({ Bucket: job.result?.bucket ?? "", Key: job.result?.key ?? "" }),
  );
  return resultDocument.parse(JSON.parse((await Body?.transformToString()) ?? ""));
}

describe("a small file", () => {
  it("goes through the queue to a worker and has its facts in DynamoDB and its document in S3", async () => {
    await put("people.csv", "name,age\nAda,36\nGrace,85\nKatherine,101\n");
    const job = await finished("people.csv");
    expect(job).toMatchObject({ status: "succeeded", pipeline: "tables", lane: "pooled", attempt: 1 });
    expect(job.facts).toMatchObject({ rows: 3, columns: 2 });
    const document = await resultOf(job);
    expect(document).toMatchObject({ jobId: job.jobId, object: { key: "people.csv", size: 39 } });
  });

  it("of any other kind is told by its content", async () => {
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await put("pixel.dat", png);
    const job = await finished("pixel.dat");
    expect(job).toMatchObject({ status: "succeeded", pipeline: "generic", lane: "pooled" });
    expect((await resultOf(job)).type).toMatchObject({ mime: "image/png", detectedBy: "content" });
  });
});

describe("a large file", () => {
  const rows = 800_000;
  const body = Buffer.from(
    `id,value\n${Array.from({ length: rows }, (_, index) => `${index},${index % 97}`).join("\n")}\n`,
  );

  it("gets a task of its own, sized for it, whose logs and end can be seen", async () => {
    const upload = { Bucket: out("UploadsBucket"), Key: "large.csv", Body: body };
    await new Upload({ client: clients.s3, params: upload }).done();
    const job = await finished("large.csv");
    expect(job).toMatchObject({ status: "succeeded", lane: "dedicated", facts: { rows, columns: 2 } });

    const task = await until("the task has stopped", async () => {
      const { tasks } = await clients.ecs.send(
        new DescribeTasksCommand({ cluster: out("ClusterName"), tasks: [job.taskArn ?? ""] }),
      );
      return tasks?.find(({ lastStatus }) => lastStatus === "STOPPED");
    });
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      cpu: "1024",
      memory: "2048",
      capacityProviderName: "FARGATE_SPOT",
    });
    expect(task.containers?.[0]?.exitCode).toBe(0);
    const { taskArns } = await clients.ecs.send(
      new ListTasksCommand({ cluster: out("ClusterName"), desiredStatus: "STOPPED" }),
    );
    expect(taskArns).toContain(job.taskArn);

    const { logGroups = [] } = await clients.logs.send(new DescribeLogGroupsCommand({}));
    const group =
      logGroups.find(({ logGroupName }) => logGroupName?.includes("ProcessorLogs"))?.logGroupName ?? "";
    const lines = await until("the task's log lines have come", async () => {
      const { events = [] } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName: group }));
      return events.some(({ message }) => message?.includes(job.jobId)) && events;
    });
    expect(lines[0]?.logStreamName).toBe(`processor/processor/${job.taskArn?.split("/").at(-1)}`);

    const latency = await until("the launch latency is a metric", () =>
      largestValue(clients, "LaunchLatency", { service: "launch-upload" }),
    );
    expect(latency).toBeLessThan(60_000);
  });
});

describe("bad input", () => {
  it.each([
    ["spaces and signs", "a b/c+d & 100%25.csv"],
    ["other scripts", "отчёт/数据 😀.csv"],
    ["1,024 bytes", `${"k".repeat(1020)}.csv`],
    ["dots and slashes", "../..//x/./y.csv"],
  ])("a key with %s is taken as it is", async (_, key) => {
    await put(key, "a,b\n1,2\n");
    expect(await finished(key)).toMatchObject({ status: "succeeded", facts: { rows: 1 } });
  });

  it("an empty object has a result that says so", async () => {
    await put("empty.csv", "");
    const job = await finished("empty.csv");
    expect(job.status).toBe("succeeded");
    expect((await resultOf(job)).object.size).toBe(0);
  });

  it("an object that is gone before it is read ends in a failed job that says so", async () => {
    const Bucket = out("UploadsBucket");
    const { VersionId } = await put("gone.csv", "a\n1\n");
    await finished("gone.csv");
    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key: "gone.csv", VersionId }));
    // A version that is no longer there, as an event that comes late names it.
    const object = { key: "gone.csv", size: 4, "version-id": "gone-version", sequencer: "FF" };
    const message = { pipeline: "tables", event: s3Event(Bucket, object, "late") };
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl: out("JobsQueueUrl"), MessageBody: JSON.stringify(message) }),
    );
    const job = await until("the job has failed", async () => {
      const jobs = await allJobs(clients, out("JobsTableName"));
      return jobs.find(({ versionId, status }) => versionId === "gone-version" && status === "failed");
    });
    expect(job.failure).toMatchObject({ cause: "object-gone", message: expect.stringContaining("gone.csv") });
  });

  it.each([
    ["no JSON", "not json"],
    [
      "an unknown pipeline",
      JSON.stringify({ pipeline: "nope", event: s3Event("b-b-b", { key: "k", size: 1 }, "x") }),
    ],
  ])("a message with %s ends in the dead-letter queue, and the others go on", async (_, body) => {
    const before = await deadLetters();
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: out("JobsQueueUrl"), MessageBody: body }));
    await until("the message is a dead letter", async () => (await deadLetters()) > before);
    const key = `after-${before}.csv`;
    await put(key, "a\n1\n");
    expect(await finished(key)).toMatchObject({ status: "succeeded" });
  });

  it("a malformed event on the bus is refused by name", async () => {
    const { Entries, FailedEntryCount } = await clients.events.send(
      new PutEventsCommand({ Entries: [{ Source: "test", DetailType: "x", Detail: "{broken" }] }),
    );
    expect({ FailedEntryCount, code: Entries?.[0]?.ErrorCode }).toEqual({
      FailedEntryCount: 1,
      code: "MalformedDetail",
    });
  });

  it("an overwritten key: every version has one final job, and the last one has its result", async () => {
    for (const value of [1, 2, 3]) await put("twice.csv", `v\n${value}\n`);
    const jobs = await until("all versions are final", async () => {
      const found = (await allJobs(clients, out("JobsTableName"))).filter(({ key }) => key === "twice.csv");
      return (
        found.length === 3 &&
        found.every(({ status }) => ["succeeded", "superseded"].includes(status)) &&
        found
      );
    });
    const newest = jobs.toSorted((a, b) => a.sequencer.localeCompare(b.sequencer)).at(-1);
    expect(newest?.status).toBe("succeeded");
  });
});

describe("after all that", () => {
  it("no job is open and no message is left", async () => {
    await until("the queue is empty", async () => {
      const { Attributes } = await clients.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: out("JobsQueueUrl"), AttributeNames: ["All"] }),
      );
      return (
        Attributes?.ApproximateNumberOfMessages === "0" &&
        Attributes.ApproximateNumberOfMessagesNotVisible === "0"
      );
    });
    const open = (await allJobs(clients, out("JobsTableName"))).filter(
      ({ status }) => !["succeeded", "failed", "superseded"].includes(status),
    );
    expect(open).toEqual([]);
  });
});

async function deadLetters(): Promise<number> {
  const url = await deadLetterUrl();
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

async function deadLetterUrl(): Promise<string> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: out("JobsQueueUrl"), AttributeNames: ["RedrivePolicy"] }),
  );
  const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? "{}") as {
    deadLetterTargetArn: string;
  };
  return out("JobsQueueUrl").replace(/[^/]+$/, deadLetterTargetArn.split(":").at(-1) ?? "");
}

function s3Event(bucket: string, object: Record<string, unknown>, id: string) {
  return {
    version: "0",
    id,
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "000000000000",
    time: "2026-11-22T13:00:00Z",
    region: "us-east-1",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { etag: "e", sequencer: "01", ...object },
      reason: "PutObject",
    },
  };
}
