import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GetFunctionEventInvokeConfigCommand } from "@aws-sdk/client-lambda";
import { afterEach, describe, expect, it } from "vitest";
import { createClock } from "../../../local/clock.ts";
import { eventInvokeConfigFromTemplate } from "../../../local/lambda/from-template.ts";
import type { LambdaOptions } from "../../../local/lambda/ports.ts";
import { eventually, startLambda, type TestLambda } from "./harness.ts";

/** A minute of the service passes in a fifth of a second. */
const SPEED = 300;
const SUCCESS_ARN = "arn:aws:sqs:us-east-1:000000000000:done";
const FAILURE_ARN = "arn:aws:sqs:us-east-1:000000000000:failed";
const DEAD_LETTER_ARN = "arn:aws:sqs:us-east-1:000000000000:dead";

const tests: TestLambda[] = [];

async function start(overrides: Partial<LambdaOptions> = {}) {
  const test = await startLambda({ clock: createClock(SPEED), ...overrides });
  tests.push(test);
  return test;
}

afterEach(async () => {
  await Promise.all(tests.splice(0).map((test) => test.stop()));
});

const configure = (test: TestLambda, FunctionName: string, properties: object = {}) =>
  test.lambda.configureAsync(
    eventInvokeConfigFromTemplate({
      logicalId: "Config",
      properties: {
        FunctionName,
        Qualifier: "$LATEST",
        DestinationConfig: {
          OnSuccess: { Destination: SUCCESS_ARN },
          OnFailure: { Destination: FAILURE_ARN },
        },
        ...properties,
      },
    }),
  );

const FAILING = `export const handler = async () => { console.log("try"); throw new Error("always"); };`;
const tries = (test: TestLambda) => test.messages().filter((line) => line.endsWith("\ttry")).length;

describe("asynchronous invocation", () => {
  it("sends the record of a success to its destination", async () => {
    const test = await start();
    test.deploy("good", "export const handler = async ({ n }) => n + 1;");
    configure(test, "good");
    test.lambda.start();
    const requestId = test.lambda.invokeAsync("good", '{"n":1}');
    const message = await eventually(() => test.sent[0], "the record");
    expect(message.targetArn).toBe(SUCCESS_ARN);
    expect(message.details.detailType).toBe("Lambda Function Invocation Result - Success");
    expect(JSON.parse(message.body)).toEqual({
      version: "1.0",
      timestamp: expect.stringMatching(/Z$/),
      requestContext: {
        requestId,
        functionArn: "arn:aws:lambda:us-east-1:000000000000:function:good:$LATEST",
        condition: "Success",
        approximateInvokeCount: 1,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: 2,
    });
  });

  it("tries a failing function three times, then tells the destination and the dead-letter queue", async () => {
    const test = await start();
    test.deploy("bad", FAILING, { DeadLetterConfig: { TargetArn: DEAD_LETTER_ARN } });
    configure(test, "bad");
    test.lambda.start();
    const requestId = test.lambda.invokeAsync("bad", '{"n":1}');
    await eventually(() => test.sent.length === 2, "both messages");
    expect(tries(test)).toBe(3);
    const [record, dead] = test.sent;
    expect(record?.targetArn).toBe(FAILURE_ARN);
    expect(JSON.parse(record?.body ?? "")).toMatchObject({
      requestContext: { requestId, condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, functionError: "Unhandled" },
      responsePayload: { errorType: "Error", errorMessage: "always" },
    });
    expect(dead).toEqual({
      targetArn: DEAD_LETTER_ARN,
      body: '{"n":1}',
      details: {
        sender: { functionName: "bad", roleArn: "arn:aws:iam::000000000000:role/test" },
        messageAttributes: { RequestID: requestId, ErrorCode: "200", ErrorMessage: "always" },
      },
    });
    // Each try had the same request id.
    expect(test.messages().filter((line) => line.startsWith(`START RequestId: ${requestId}`))).toHaveLength(
      3,
    );
  });

  it("waits one minute, then two, between tries", async () => {
    const test = await start();
    test.deploy("bad", FAILING);
    test.lambda.start();
    test.lambda.invokeAsync("bad", "{}");
    await eventually(() => test.metrics.some(({ name }) => name === "AsyncEventsDropped"), "the last try");
    const [first = 0, second = 0, third = 0] = test.metrics
      .filter(({ name }) => name === "Errors")
      .map(({ timestamp }) => timestamp);
    expect(second - first).toBeGreaterThanOrEqual(60_000);
    expect(third - second).toBeGreaterThanOrEqual(120_000);
  });

  it.each([
    [{ MaximumRetryAttempts: 0 }, 1, "RetriesExhausted"],
    [{ MaximumRetryAttempts: 1 }, 2, "RetriesExhausted"],
    // The second try is due after 60 s, the third after 180 s.
    [{ MaximumEventAgeInSeconds: 175 }, 2, "EventAgeExceeded"],
  ])("keeps to %j", async (properties, expected, condition) => {
    const test = await start();
    test.deploy("bad", FAILING);
    configure(test, "bad", properties);
    test.lambda.start();
    test.lambda.invokeAsync("bad", "{}");
    const message = await eventually(() => test.sent[0], "the record");
    expect(JSON.parse(message.body).requestContext.condition).toBe(condition);
    expect(tries(test)).toBe(expected);
  });

  it("gives events to the dead-letter queue at once when the reserved concurrency is zero", async () => {
    const test = await start();
    test.deploy("off", FAILING, {
      ReservedConcurrentExecutions: 0,
      DeadLetterConfig: { TargetArn: DEAD_LETTER_ARN },
    });
    test.lambda.start();
    test.lambda.invokeAsync("off", '"kept"');
    const message = await eventually(() => test.sent[0], "the event");
    expect(message).toMatchObject({ targetArn: DEAD_LETTER_ARN, body: '"kept"' });
    expect(tries(test)).toBe(0);
  });

  it("lets events wait for a function that may run once at a time", async () => {
    const test = await start();
    test.deploy(
      "single",
      `let running = 0;
       export const handler = async () => {
         if (++running > 1) throw new Error("twice");
         await new Promise((resolve) => setTimeout(resolve, 20));
         running -= 1;
       };`,
      { ReservedConcurrentExecutions: 1 },
    );
    configure(test, "single");
    test.lambda.start();
    for (let index = 0; index < 20; index += 1) test.lambda.invokeAsync("single", "{}");
    await eventually(() => test.sent.length === 20, "all records");
    expect(new Set(test.sent.map(({ targetArn }) => targetArn))).toEqual(new Set([SUCCESS_ARN]));
    expect(test.metrics.filter(({ name }) => name === "Throttles")).toEqual([]);
  });

  it("tries a destination three times, and says so when it cannot be reached", async () => {
    let calls = 0;
    const test = await start({
      send: async () => {
        calls += 1;
        throw new Error("no such queue");
      },
    });
    test.deploy("good", "export const handler = async () => 1;");
    configure(test, "good");
    test.lambda.start();
    test.lambda.invokeAsync("good", "{}");
    await eventually(
      () => test.metrics.some(({ name }) => name === "DestinationDeliveryFailures"),
      "the failure's metric",
    );
    expect(calls).toBe(3);
  });

  it("shows its configuration", async () => {
    const test = await start();
    test.deploy("good", "export const handler = async () => 1;");
    const show = () => test.client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: "good" }));
    await expect(show()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    configure(test, "good", { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 });
    expect(await show()).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: {
        OnSuccess: { Destination: SUCCESS_ARN },
        OnFailure: { Destination: FAILURE_ARN },
      },
    });
  });
});

describe("events that a dead runtime left", () => {
  it("are processed by the next one, kill -9 in mid-run included", async () => {
    const folder = mkdtempSync(join(tmpdir(), "longshore-lambda-killed-"));
    const file = join(folder, "state.sqlite");
    const mark = join(folder, "started");
    const code = `import { appendFileSync } from "node:fs";
      export const handler = async (event) => {
        appendFileSync(${JSON.stringify(mark)}, event + "\\n");
        if (event === "running") await new Promise((resolve) => setTimeout(resolve, 600000));
      };`;
    const script = `
      import { DatabaseSync } from "node:sqlite";
      const { startLambda } = await import(${JSON.stringify(new URL("./harness.ts", import.meta.url).href)});
      const test = await startLambda({ database: new DatabaseSync(${JSON.stringify(file)}), maximumEnvironments: 1 });
      test.deploy("work", ${JSON.stringify(code)}, { Timeout: 900 });
      test.lambda.invokeAsync("work", '"running"');
      test.lambda.invokeAsync("work", '"waiting"');
      test.lambda.start();
    `;
    const runtime = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: "inherit",
      env: { ...process.env, TMPDIR: folder },
    });
    try {
      await eventually(() => existsSync(mark), "the first event's start", 15_000);
      const exited = new Promise((resolve) => runtime.once("exit", resolve));
      runtime.kill("SIGKILL");
      await exited;
      const test = await start({ database: new DatabaseSync(file) });
      test.deploy("work", code.replace("600000", "1"));
      configure(test, "work");
      test.lambda.start();
      await eventually(() => test.sent.length === 2, "both records");
      expect(test.sent.map(({ body }) => JSON.parse(body).requestPayload).sort()).toEqual([
        "running",
        "waiting",
      ]);
      expect(readFileSync(mark, "utf8").split("\n").sort()).toEqual(["", "running", "running", "waiting"]);
    } finally {
      runtime.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
