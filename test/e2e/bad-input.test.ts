import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { adminClients, type Clients, clientsOf } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { synthesizePermissionsApp } from "./support/permissions-app.ts";

const folder = temporaryState();
let runtime: Runtime | undefined;
let endpoint: string;
let admin: Clients;
const out = (name: string) => runtime?.outputs[name] ?? expect.fail(`no output ${name}`);

beforeAll(async () => {
  runtime = await startRuntime({
    assembly: synthesizePermissionsApp(folder.path),
    state: `${folder.path}/state`,
    port: 0,
    consolePort: 0,
    log: () => {},
  });
  endpoint = runtime.endpoint;
  admin = adminClients(endpoint);
});

/** Whatever came in, the next one is served. */
afterEach(async () => {
  const { Account } = await admin.sts.send(new GetCallerIdentityCommand({}));
  expect(Account).toBe("000000000000");
});

afterAll(async () => {
  await runtime?.stop();
  folder.remove();
});

const TARGETS: Readonly<Record<string, string>> = {
  dynamodb: "DynamoDB_20120810.GetItem",
  ecs: "AmazonEC2ContainerServiceV20141113.ListTasks",
  events: "AWSEvents.ListRules",
  logs: "Logs_20140328.DescribeLogGroups",
  secretsmanager: "secretsmanager.GetSecretValue",
  sqs: "AmazonSQS.ListQueues",
  ssm: "AmazonSSM.GetParameter",
};
const SERVICES = Object.keys(TARGETS);

function signed(service: string, date = new Date()): Record<string, string> {
  const stamp = date.toISOString().replace(/[:-]|\.\d{3}/g, "");
  const scope = `${stamp.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  return {
    "x-amz-date": stamp,
    authorization: `AWS4-HMAC-SHA256 Credential=AKIALOCAL/${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
  };
}

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

async function send({ path = "/", method = "POST", headers = {}, body = "{}" }: Sent) {
  const response = await fetch(endpoint + path, {
    method,
    headers,
    ...(method === "GET" ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

const json = (service: string, body: Sent["body"], headers = signed(service), target = TARGETS[service]) =>
  send({
    headers: { ...headers, "content-type": "application/x-amz-json-1.0", "x-amz-target": target ?? "" },
    ...(body === undefined ? {} : { body }),
  });

describe("a request", () => {
  it.each(SERVICES)("to %s that is not signed is refused", async (service) => {
    const { status, text } = await json(service, "{}", {});
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  });

  it("to S3 that is not signed is refused", async () => {
    const { status, text } = await send({ path: `/${out("Bucket")}/key`, method: "GET" });
    expect([status, text]).toEqual([403, expect.stringContaining("<Code>AccessDenied</Code>")]);
  });

  it.each([
    ["an hour old", new Date(Date.now() - 3_600_000), "Signature expired: "],
    ["an hour ahead", new Date(Date.now() + 3_600_000), "Signature not yet current: "],
  ])("that is signed %s is refused", async (_, date, message) => {
    const queue = await json("sqs", "{}", signed("sqs", date));
    expect([queue.status, queue.text]).toEqual([400, expect.stringContaining(message)]);
    const object = await send({ path: `/${out("Bucket")}/key`, method: "GET", headers: signed("s3", date) });
    expect([object.status, object.text]).toEqual([403, expect.stringContaining("RequestTimeTooSkewed")]);
  });

  it("with another secret than its role's is refused, and so is a URL that has expired", async () => {
    const { Credentials } = await admin.sts.send(
      new AssumeRoleCommand({ RoleArn: out("RoleArn"), RoleSessionName: "test" }),
    );
    const mine = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
    };
    const wrong = clientsOf(endpoint, { ...mine, secretAccessKey: "guessed" });
    await expect(
      wrong.sqs.send(new SendMessageCommand({ QueueUrl: out("QueueUrl"), MessageBody: "x" })),
    ).rejects.toMatchObject({ name: expect.stringMatching(/Signature/) });
    const object = new GetObjectCommand({ Bucket: out("Bucket"), Key: "mine/a" });
    await expect(wrong.s3.send(object)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    const url = await getSignedUrl(clientsOf(endpoint, mine).s3, object, {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 120_000),
    });
    const late = await fetch(url);
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
  });

  it("whose signature is not one is refused", async () => {
    const { status, text } = await json("sqs", "{}", {
      authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sqs/aws4_request",
    });
    expect([status, text]).toEqual([400, expect.stringContaining("IncompleteSignature")]);
  });

  it.each(SERVICES)("to %s whose body is no JSON is refused", async (service) => {
    for (const body of ["{", '{"a": \u0000}', new Uint8Array([0xff, 0xfe, 0x00])]) {
      const { status, text } = await json(service, body);
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({
        __type: expect.stringContaining("SerializationException"),
      });
    }
  });

  it.each(SERVICES)("to %s whose body is JSON but no object is refused", async (service) => {
    for (const body of ["null", "[]", '"text"', "1"]) {
      const { status, text } = await json(service, body);
      expect(status, text).toBe(400);
      expect(JSON.parse(text).__type).toMatch(/\w+/);
    }
  });

  it.each(SERVICES)("to %s for an operation that there is not is refused by its name", async (service) => {
    const target = `${TARGETS[service]?.split(".")[0]}.MakeCoffee`;
    const { status, text } = await json(service, "{}", signed(service), target);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ __type: expect.stringContaining("UnknownOperation") });
    expect(text).toContain("MakeCoffee");
  });

  it.each(["sns", "monitoring", "elasticloadbalancing", "sts", "cloudformation"])(
    "to %s for an action that there is not is refused by its name",
    async (service) => {
      const headers = { ...signed(service), "content-type": "application/x-www-form-urlencoded" };
      const { status, text } = await send({ headers, body: "Action=MakeCoffee&Version=2010-03-31" });
      expect(status).toBe(400);
      expect(text).toMatch(/InvalidAction|UnknownOperation/);
      expect(text).toContain("MakeCoffee");
    },
  );

  it("to a service that is not played is refused by its name", async () => {
    const { status, text } = await json("kinesis", "{}", signed("kinesis"), "Kinesis_20131202.ListStreams");
    expect([status, text]).toEqual([501, expect.stringContaining("kinesis")]);
  });

  it("to S3 whose body is no XML is refused", async () => {
    const body = "<Delete><Object>";
    const headers = { ...signed("s3"), "content-md5": createHash("md5").update(body).digest("base64") };
    const { status, text } = await send({ path: `/${out("Bucket")}?delete`, headers, body });
    expect([status, text]).toEqual([400, expect.stringContaining("MalformedXML")]);
  });

  it.each(["/%zz", "/%", "/../../etc/passwd", "/_longshore/none", "//x", `/${"k".repeat(5_000)}`])(
    "for the path %s gets an error of its own making",
    async (path) => {
      const { status, text } = await send({ path, method: "GET", headers: signed("s3") });
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(status, text).toBeLessThan(500);
    },
  );

  it("with more than 16 MiB for a service that reads it whole is refused", async () => {
    const body = `{"MessageBody": "${"x".repeat(17 * 1024 * 1024)}"}`;
    const { status, text } = await json("sqs", body);
    expect([status, text]).toEqual([413, expect.stringContaining("RequestEntityTooLarge")]);
  });
});

describe("a message", () => {
  it("past SQS's limit is refused", async () => {
    const MessageBody = "x".repeat(1024 * 1024 + 1);
    await expect(
      admin.sqs.send(new SendMessageCommand({ QueueUrl: out("QueueUrl"), MessageBody })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/1048576|1,048,576|262144/) });
  });

  it("past EventBridge's limit is refused", async () => {
    const Detail = JSON.stringify({ text: "x".repeat(1024 * 1024 + 1) });
    await expect(
      admin.events.send(new PutEventsCommand({ Entries: [{ Source: "a", DetailType: "b", Detail }] })),
    ).rejects.toMatchObject({ message: expect.stringMatching(/size/i) });
  });
});

describe("a connection", () => {
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill();
  });

  it("that says no HTTP is closed", async () => {
    const socket = connect(Number(new URL(endpoint).port), "127.0.0.1");
    const answer = new Promise<string>((resolve, reject) => {
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
    });
    socket.write("\u0016\u0003\u0001 hello\r\n\r\n");
    expect(await answer).toMatch(/^HTTP\/1\.1 400/);
  });

  it("of ten thousand idle ones keeps nobody else waiting", async () => {
    const COUNT = 10_000;
    const script = `
      const net = require("node:net");
      let open = 0;
      for (let index = 0; index < ${COUNT}; index++) {
        net.connect(Number(process.argv[1]), "127.0.0.1").on("error", (error) => { console.log(error.code); process.exit(1); })
          .on("connect", () => ++open === ${COUNT} && console.log("open"));
      }
      process.stdin.on("end", () => process.exit()).resume();`;
    const child = spawn(process.execPath, ["-e", script, new URL(endpoint).port], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    children.push(child);
    const line = await new Promise((resolve) => createInterface(child.stdout).once("line", resolve));
    expect(line).toBe("open");
    await admin.sqs.send(new SendMessageCommand({ QueueUrl: out("QueueUrl"), MessageBody: "x" }));
    child.stdin.end();
    await new Promise((resolve) => child.once("exit", resolve));
  });
});
