import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { ListRulesCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Incident, incident as incidentSchema } from "../../events/incidents/incident.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { longshore } from "./support/operator.ts";
import { pythonWithBoto3, synthesizeStoppedTasksApp } from "./support/stopped-tasks-app.ts";
import { until } from "./support/until.ts";

const PATIENCE_MS = 60_000;
const python = pythonWithBoto3();
const folder = temporaryState();
const log: string[] = [];
let assembly: ReturnType<typeof synthesizeStoppedTasksApp>;
let runtime: Runtime;
let clients: Clients;
let stoppedTasksQueue: string;
const out = (name: string) => runtime.outputs[name] ?? expect.fail(`no output ${name}`);

beforeAll(async () => {
  assembly = synthesizeStoppedTasksApp(python);
  runtime = await startRuntime({
    assembly: assembly.directory,
    state: folder.path,
    port: 0,
    consolePort: 0,
    log: (line) => log.push(line),
  });
  clients = adminClients(runtime.endpoint);
  stoppedTasksQueue = await listenForStoppedTasks();
  const sns = new SNSClient({
    endpoint: runtime.endpoint,
    region: runtime.region,
    credentials: { accessKeyId: "admin", secretAccessKey: "admin" },
  });
  await sns.send(
    new SubscribeCommand({
      TopicArn: out("AlertsTopicArn"),
      Protocol: "email",
      Endpoint: "admin@example.com",
    }),
  );
});
afterAll(async () => {
  await runtime?.stop();
  assembly?.remove();
  folder.remove();
});

const put = (Key: string, Body: string) =>
  clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body: Buffer.from(Body) }));
const finished = (key: string) => finishedJob(clients, out("JobsTableName"), key, PATIENCE_MS);
const operator = (...args: string[]) => longshore([...args, "--endpoint", runtime.endpoint]);

async function incidentsOf(key: string): Promise<Incident[]> {
  const { Items = [] } = await clients.dynamo.send(
    new ScanCommand({ TableName: out("IncidentsTableName"), ConsistentRead: true }),
  );
  return Items.map((item) => incidentSchema.parse(item)).filter(({ job }) => job?.key === key);
}
const attention = (found: readonly Incident[]) => found.filter(({ severity }) => severity !== "warning");

/** Mails in the outbox whose subject fits. */
function mailsWith(subject: RegExp): string[] {
  const outbox = join(folder.path, "outbox");
  if (!existsSync(outbox)) return [];
  return readdirSync(outbox)
    .filter((name) => name.endsWith(".eml"))
    .map((name) => readFileSync(join(outbox, name), "utf8"))
    .filter((mail) => subject.test(/^Subject: (.*)/m.exec(mail)?.[1] ?? ""));
}

/** Mails in the outbox whose subject names the object. */
function mailsAbout(key: string): string[] {
  return mailsWith(new RegExp(key.replace(".", "\\.")));
}

async function jobOf(key: string) {
  return (await allJobs(clients, out("JobsTableName"))).find((job) => job.key === key);
}

/** A task of the key that runs, and the process id that its container printed. */
async function runningTask(key: string): Promise<{ taskArn: string; pid: number }> {
  return until(
    `the task of ${key} runs`,
    async () => {
      const job = await jobOf(key);
      const taskArn = job?.taskArn;
      if (!taskArn) return undefined;
      const { stdout } = await operator("job", job.jobId);
      const pid = Number(/pid=(\d+)/.exec(stdout)?.[1]);
      return pid > 0 && { taskArn, pid };
    },
    PATIENCE_MS,
  );
}

describe("a container without our code", () => {
  it("has its job closed by its stopped-task event alone, with the facts of its result", async () => {
    await put("poem.count", "no man is an island");
    const job = await finished("poem.count");
    expect(job).toMatchObject({ status: "succeeded", lane: "dedicated", attempt: 1, facts: { words: 5 } });
    const { Body } = await clients.s3.send(
      new GetObjectCommand({ Bucket: job.result?.bucket, Key: job.result?.key }),
    );
    expect(JSON.parse((await Body?.transformToString()) ?? "")).toEqual({ facts: { words: 5 } });
    expect(await incidentsOf("poem.count")).toEqual([]);
  });

  it("takes an empty object too", async () => {
    await put("nothing.count", "");
    expect(await finished("nothing.count")).toMatchObject({ status: "succeeded", facts: { words: 0 } });
  });

  it.skipIf(python === undefined)(
    `in Python, as in examples/line-count${python === undefined ? ": skipped, no python3 with boto3 here" : ""}`,
    async () => {
      await put("server.log", "one\ntwo\nthree three\n");
      expect(await finished("server.log")).toMatchObject({
        status: "succeeded",
        facts: { lines: 3, "longest line": 11 },
      });
    },
  );
});

describe("a task that is killed", () => {
  it("is tried again and succeeds; what happened is kept and wakes nobody", async () => {
    await put("killed.hang-once", "a b");
    const { pid } = await runningTask("killed.hang-once");
    process.kill(pid, "SIGKILL");
    const job = await finished("killed.hang-once");
    expect(job).toMatchObject({ status: "succeeded", attempt: 2, facts: { words: 2 } });
    const [incident, ...others] = await incidentsOf("killed.hang-once");
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ severity: "warning", cause: "out-of-memory", job: { attempt: 1 } });
    expect(incident?.log?.lines[0]).toContain(`pid=${pid}`);
    const { tasks } = await clients.ecs.send(
      new DescribeTasksCommand({ cluster: out("ClusterName"), tasks: [job.taskArn ?? ""] }),
    );
    expect(tasks?.[0]?.memory).toBe("1024");
    expect(mailsAbout("killed.hang-once")).toEqual([]);
  });

  it("by a person fails its job without noise", async () => {
    await put("stopped.hang-once", "a b");
    const { taskArn } = await runningTask("stopped.hang-once");
    const cluster = out("ClusterName");
    await clients.ecs.send(new StopTaskCommand({ cluster, task: taskArn, reason: "not needed" }));
    expect(await finished("stopped.hang-once")).toMatchObject({
      status: "failed",
      failure: { cause: "stopped" },
    });
    expect(await incidentsOf("stopped.hang-once")).toEqual([]);
  });

  it("for taking too long fails its job with cause timeout", async () => {
    await put("late.hang-once", "a b");
    await runningTask("late.hang-once");
    const job = await jobOf("late.hang-once");
    await clients.dynamo.send(
      new UpdateCommand({
        TableName: out("JobsTableName"),
        Key: { jobId: job?.jobId },
        UpdateExpression: "SET deadline = :past",
        ExpressionAttributeValues: { ":past": "2026-01-01T00:00:00.000Z" },
      }),
    );
    const { Functions = [] } = await clients.lambda.send(new ListFunctionsCommand({}));
    const sweep = Functions.find(({ FunctionName }) => FunctionName?.includes("StopOverdue"));
    await clients.lambda.send(new InvokeCommand({ FunctionName: sweep?.FunctionName, Payload: "{}" }));
    expect(await finished("late.hang-once")).toMatchObject({
      status: "failed",
      failure: { cause: "timeout" },
    });
    await until("people were told", () => mailsAbout("late.hang-once").length === 1);
  });
});

describe("small objects that their workers may not read", () => {
  const ABOUT_THEM = /wrong configuration/;
  const keys = Array.from({ length: 25 }, (_, index) => `denied/${index}.txt`);

  it("fail at once with an incident each, and are two mails in all, though no task has stopped", async () => {
    for (const key of keys) await put(key, "one two three");
    for (const key of keys) {
      expect(await finished(key)).toMatchObject({
        ...{ status: "failed", lane: "pooled", attempt: 1 },
        failure: { cause: "configuration", message: expect.stringContaining("denied/") },
      });
    }
    const found = await until("the incidents are kept", async () => {
      const all = await Promise.all(keys.map(incidentsOf));
      return all.flat().length === keys.length && all.flat();
    });
    const [incident] = found;
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(new Set(found.map(({ jobId }) => jobId)).size).toBe(keys.length);
    expect(incident).toMatchObject({ severity: "critical", cause: "configuration" });
    expect(incident?.task).toBeUndefined();
    const mails = await until("both mails are there", () => {
      const mails = mailsWith(ABOUT_THEM);
      return mails.length >= 2 && mails;
    });
    expect(mails).toHaveLength(2);
    // From the twentieth on; those that came while it was told are counted with it.
    expect(mails.filter((mail) => /^Subject: .* 2[0-5] x /m.test(mail))).toHaveLength(1);
  });

  it("are incidents of their jobs on the command line, and change nothing when the word comes again", async () => {
    const [key = ""] = keys;
    const [before] = await incidentsOf(key);
    const { stdout } = await operator("incidents");
    expect(stdout).toContain("configuration");
    const queueUrl = out("JobsQueueUrl").replace(/[^/]+$/, await queueNamed(/FailedJobAlertsQueue/));
    const job = await jobOf(key);
    const MessageBody = JSON.stringify({
      ...{ kind: "job-failed", job: before?.job, cause: "configuration", message: before?.reason },
      ...{ taskArn: job?.taskArn, occurredAt: before?.occurredAt },
    });
    for (const _ of [1, 2])
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    await until("both are off the queue", async () => {
      const { Attributes } = await clients.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] }),
      );
      const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: taken } =
        Attributes ?? {};
      return Number(waiting) + Number(taken) === 0;
    });
    expect(await incidentsOf(key)).toEqual([before]);
    expect(mailsWith(ABOUT_THEM)).toHaveLength(2);
  });
});

async function queueNamed(pattern: RegExp): Promise<string> {
  const { QueueUrls = [] } = await clients.sqs.send(new ListQueuesCommand({}));
  return (
    QueueUrls.find((url) => pattern.test(url))
      ?.split("/")
      .at(-1) ?? expect.fail(`no queue ${pattern}`)
  );
}

describe("a container that always fails", () => {
  it("fails its job after its last attempt: one incident for people, one mail that says it all", async () => {
    await put("bad.fail", "a b");
    const job = await finished("bad.fail");
    expect(job).toMatchObject({ status: "failed", attempt: 2, failure: { cause: "container-error" } });
    const found = await until("the incidents are kept", async () => {
      const all = await incidentsOf("bad.fail");
      return all.length === 2 && all;
    });
    const [incident] = attention(found);
    expect(attention(found)).toHaveLength(1);
    expect(incident).toMatchObject({ severity: "error", cause: "container-error", jobId: job.jobId });
    expect(incident?.log?.lines.at(-1)).toBe("this file is not to my taste");

    const [mail, ...others] = await until("the mail is there", () => {
      const mails = mailsAbout("bad.fail");
      return mails.length > 0 && mails;
    });
    expect(others).toEqual([]);
    expect(mail).toContain(
      `Subject: Longshore fail: container failed, job ${job.jobId.slice(0, 8)} failed (bad.fail)`,
    );
    const body = readable(mail ?? "");
    expect(body).toContain("this file is not to my taste");
    expect(body).toContain("Exit codes: fail 3");
    expect(log.some((line) => line.includes("mail to admin@example.com"))).toBe(true);
  });

  it("changes nothing when its events come again", async () => {
    const [before, incidents, mails] = [
      await jobOf("bad.fail"),
      await incidentsOf("bad.fail"),
      mailsAbout("bad.fail").length,
    ];
    const { Functions = [] } = await clients.lambda.send(new ListFunctionsCommand({}));
    const name = Functions.find(({ FunctionName }) => FunctionName?.includes("OnTaskStopped"))?.FunctionName;
    const events = await stoppedEvents(before?.jobId ?? "");
    expect(events).toHaveLength(2);
    for (const event of [...events.toReversed(), ...events]) {
      const { FunctionError } = await clients.lambda.send(
        new InvokeCommand({ FunctionName: name, Payload: event }),
      );
      expect(FunctionError).toBeUndefined();
    }
    expect(await jobOf("bad.fail")).toEqual(before);
    expect(await incidentsOf("bad.fail")).toEqual(incidents);
    expect(mailsAbout("bad.fail")).toHaveLength(mails);
  });
});

describe("the operator", () => {
  it("uploads a file and waits for its result", async () => {
    const path = join(folder.path, "mine.count");
    writeFileSync(path, "one two three");
    const { code, json, stderr } = await operator("upload", path, "--wait", "--json");
    expect(code, stderr).toBe(0);
    expect(json()).toMatchObject([
      { event: "upload", bucket: out("UploadsBucket"), key: "mine.count" },
      { event: "job", status: "succeeded", facts: { words: 3 } },
    ]);
    expect(stderr).toContain(`Longshore at ${runtime.endpoint} (--endpoint)`);
  });

  it("lists jobs, those that failed, and those of a pipeline", async () => {
    const failed = (await operator("jobs", "--failed", "--since", "1h", "--json")).json();
    expect(failed.map(({ key }) => key)).toContain("bad.fail");
    expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(["failed"]));
    const counted = (await operator("jobs", "--pipeline", "count", "--json")).json();
    expect(new Set(counted.map(({ pipeline }) => pipeline))).toEqual(new Set(["count"]));
    const times = counted.map(({ createdAt }) => String(createdAt));
    expect(times).toEqual(times.toSorted().reverse());
    expect((await operator("jobs")).stdout).toMatch(/bad\.fail\s+fail\s+dedicated\s+failed/);
  });

  it("shows a job by the beginning of its id: its attempts and its task's log", async () => {
    const job = await jobOf("bad.fail");
    const { stdout, code } = await operator("job", job?.jobId.slice(0, 10) ?? "");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /accepted for pipeline fail[\s\S]*attempt 1 ended: container-error\. Attempt 2 of 2/,
    );
    expect(stdout).toMatch(/attempt 2 ended[\s\S]*failed: container-error/);
    expect(stdout).toContain("this file is not to my taste");
    const followed = await operator("job", job?.jobId ?? "", "--follow", "--json");
    expect(followed.code).toBe(1);
    expect(followed.json()).toMatchObject([{ job: { status: "failed" } }]);
  });

  it("lists incidents that need people, or all of them", async () => {
    const shown = (await operator("incidents", "--json")).json<Incident>();
    expect(shown.filter(({ job }) => job?.key === "bad.fail")).toHaveLength(1);
    const all = (await operator("incidents", "--all", "--json")).json<Incident>();
    expect(all.filter(({ job }) => job?.key === "bad.fail")).toHaveLength(2);
    expect((await operator("incidents")).stdout).toContain("container-error: Read the last log lines");
  });

  it("puts dead letters back once, after having said what would go where", async () => {
    const queue = out("JobsDeadLetterQueueUrl");
    const count = async () => {
      const { Attributes } = await clients.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ["ApproximateNumberOfMessages"] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    };
    for (let index = 0; index < 12; index++) {
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: `not JSON ${index}` }));
    }
    const dry = await operator("replay", "--queue", "jobs", "--dry-run", "--json");
    const to = { [`arn:aws:sqs:us-east-1:000000000000:${out("JobsQueueUrl").split("/").at(-1)}`]: 12 };
    expect(dry.json()).toEqual([{ queue: "jobs", dryRun: true, found: 12, returned: to, stays: {} }]);
    expect(await count()).toBe(12);
    const real = await operator("replay", "--queue", "jobs", "--json");
    expect(real.json()).toEqual([{ queue: "jobs", dryRun: false, found: 12, returned: to, stays: {} }]);
    // The worker cannot read them any better now, and they come back.
    await until("they are dead letters again", async () => (await count()) === 12);
  });

  it("puts back an event for a function, and one that a rule could not deliver", async () => {
    const message = {
      pipeline: "count",
      event: s3Event(out("UploadsBucket"), {
        key: "again.count",
        size: 3,
        "version-id": "v",
        sequencer: "01",
      }),
    };
    const lambdaArn = await functionArn("LaunchUpload");
    await clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: out("LaunchDeadLetterQueueUrl"),
        MessageBody: JSON.stringify(message),
        MessageAttributes: {
          RequestID: { DataType: "String", StringValue: "1" },
          ErrorCode: { DataType: "Number", StringValue: "200" },
        },
      }),
    );
    const { json } = await operator("replay", "--queue", "launch", "--json");
    expect(json()).toMatchObject([{ found: 1, returned: { [lambdaArn]: 1 } }]);
    await until("its job is known", () => jobOf("again.count"), PATIENCE_MS);

    const { Rules = [] } = await clients.events.send(new ListRulesCommand({}));
    const rule = Rules.find(({ Name }) => Name?.includes("CountDedicated"))?.Arn ?? "";
    const late = { key: "rule.count", size: 3, "version-id": "v", sequencer: "01" };
    const event = s3Event(out("UploadsBucket"), late);
    await clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: out("UndeliveredDeadLetterQueueUrl"),
        MessageBody: JSON.stringify(event),
        MessageAttributes: {
          RULE_ARN: { DataType: "String", StringValue: rule },
          TARGET_ARN: { DataType: "String", StringValue: lambdaArn },
        },
      }),
    );
    const undelivered = await operator("replay", "--queue", "undelivered", "--json");
    expect(undelivered.json()).toMatchObject([{ found: 1, returned: { [lambdaArn]: 1 } }]);
    await until("its job is known", () => jobOf("rule.count"), PATIENCE_MS);
  });

  it.each([
    [
      "a queue that there is not",
      ["replay", "--queue", "nope"],
      /no dead-letter queue "nope"; there are .*undelivered/,
    ],
    ["a job that there is not", ["job", "ffffffff"], /No job of the last 48 hours begins with ffffffff/],
    ["what is no job id", ["job", "x"], /"x" is no job id/],
    ["a stack that there is not", ["jobs", "--stack", "Nope"], /no stack Nope/],
    ["a status that there is not", ["jobs", "--status", "done"], /--status is "done"/],
    ["a file that there is not", ["upload", "/no/such/file"], /\/no\/such\/file/],
  ])("names %s", async (_, args, message) => {
    const { code, stderr } = await operator(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

async function functionArn(part: string): Promise<string> {
  const { Functions = [] } = await clients.lambda.send(new ListFunctionsCommand({}));
  return Functions.find(({ FunctionName }) => FunctionName?.includes(part))?.FunctionArn ?? "";
}

/** The body of a mail, whether it came as it is or as base64. */
function readable(mail: string): string {
  const [head = "", ...body] = mail.split("\r\n\r\n");
  const text = body.join("\r\n\r\n");
  return /base64/.test(head) ? Buffer.from(text, "base64").toString("utf8") : text;
}

/** A queue of the test's own beside on-task-stopped: it gets the same events. */
async function listenForStoppedTasks(): Promise<string> {
  const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "stopped-tasks" }));
  const Arn = `arn:aws:sqs:us-east-1:000000000000:stopped-tasks`;
  const Statement = [
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: Arn,
    },
  ];
  await clients.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl,
      Attributes: { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) },
    }),
  );
  const EventPattern = JSON.stringify({ source: ["aws.ecs"], detail: { lastStatus: ["STOPPED"] } });
  await clients.events.send(new PutRuleCommand({ Name: "stopped-tasks", EventPattern }));
  await clients.events.send(
    new PutTargetsCommand({ Rule: "stopped-tasks", Targets: [{ Id: "queue", Arn }] }),
  );
  return QueueUrl;
}

/** The events of a job's stopped tasks so far, as they came, oldest first. */
async function stoppedEvents(jobId: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: stoppedTasksQueue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) return found;
    for (const { Body = "" } of Messages) if (Body.includes(jobId)) found.push(Body);
  }
}

function s3Event(bucket: string, object: Record<string, unknown>) {
  return {
    ...{ version: "0", id: "1", source: "aws.s3", "detail-type": "Object Created", account: "000000000000" },
    ...{ time: "2026-11-22T13:00:00Z", region: "us-east-1", resources: [] },
    detail: { version: "0", bucket: { name: bucket }, object: { etag: "e", ...object }, reason: "PutObject" },
  };
}
