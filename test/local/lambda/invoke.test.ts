import { execFile } from "node:child_process";
import { join } from "node:path";
import {
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permissionFromTemplate } from "../../../local/lambda/from-template.ts";
import { eventually, startLambda, type TestLambda } from "./harness.ts";

let test: TestLambda;

beforeAll(async () => {
  test = await startLambda();
  test.deploy(
    "echo",
    `export const handler = async (event, context) => {
      console.log("got", JSON.stringify(event));
      return { event, requestId: context.awsRequestId, arn: context.invokedFunctionArn, client: context.clientContext };
    };`,
    { Description: "echoes", Environment: { Variables: { TABLE: "jobs" } } },
  );
  test.deploy("broken", `export const handler = async () => { throw new RangeError("no"); };`);
});

afterAll(() => test.stop());

async function invoke(FunctionName: string, payload: string, more: object = {}) {
  const answer = await test.client.send(new InvokeCommand({ FunctionName, Payload: payload, ...more }));
  const text = answer.Payload?.transformToString() ?? "";
  return { ...answer, text, json: text === "" ? undefined : JSON.parse(text) };
}

describe("Invoke", () => {
  it("answers with what the function returned", async () => {
    const answer = await invoke("echo", '{"key":"ü"}');
    expect(answer.StatusCode).toBe(200);
    expect(answer.ExecutedVersion).toBe("$LATEST");
    expect(answer.FunctionError).toBeUndefined();
    expect(answer.json.event).toEqual({ key: "ü" });
    expect(answer.json.requestId).toBe(answer.$metadata.requestId);
    expect(answer.json.arn).toBe("arn:aws:lambda:us-east-1:000000000000:function:echo");
  });

  it.each([
    "arn:aws:lambda:us-east-1:000000000000:function:echo",
    "000000000000:function:echo",
    "function:echo",
    "echo:$LATEST",
  ])("takes %s for the function's name", async (name) => {
    expect((await invoke(name, "1")).json.event).toBe(1);
  });

  it("answers a failed function with its error and X-Amz-Function-Error", async () => {
    const answer = await invoke("broken", "{}");
    expect(answer.StatusCode).toBe(200);
    expect(answer.FunctionError).toBe("Unhandled");
    expect(answer.json).toMatchObject({ errorType: "RangeError", errorMessage: "no" });
    expect(answer.json.trace[0]).toBe("RangeError: no");
  });

  it("returns the log tail when asked", async () => {
    const answer = await invoke("echo", '"tail"', { LogType: "Tail" });
    const log = Buffer.from(answer.LogResult ?? "", "base64").toString();
    expect(log).toMatch(/^START RequestId: .*\tINFO\tgot "tail"\nEND RequestId: .*\nREPORT RequestId: /ms);
    expect((await invoke("echo", "1")).LogResult).toBeUndefined();
  });

  it("hands the client context over", async () => {
    const context = Buffer.from('{"custom":{"a":"b"}}').toString("base64");
    expect((await invoke("echo", "1", { ClientContext: context })).json.client).toEqual({
      custom: { a: "b" },
    });
  });

  it("takes an empty payload for an empty object", async () => {
    const answer = await test.client.send(new InvokeCommand({ FunctionName: "echo" }));
    expect(JSON.parse(answer.Payload?.transformToString() ?? "").event).toEqual({});
  });

  it("accepts an event and runs it later", async () => {
    const answer = await invoke("echo", '"later"', { InvocationType: "Event" });
    expect(answer.StatusCode).toBe(202);
    expect(answer.text).toBe("");
    test.lambda.start();
    await eventually(() => test.messages().some((line) => line.endsWith('got "later"')), "the event's log");
  });

  it("runs nothing in a dry run", async () => {
    expect((await invoke("echo", '"dry"', { InvocationType: "DryRun" })).StatusCode).toBe(204);
    expect(test.messages().join("\n")).not.toContain('"dry"');
  });

  it.each([
    ["an unknown function", "nobody", "{}", {}, "ResourceNotFoundException", 404],
    ["an alias", "echo:live", "{}", {}, "ResourceNotFoundException", 404],
    ["a payload that is no JSON", "echo", "{oops", {}, "InvalidRequestContentException", 400],
    ["more than 6 MB", "echo", `"${"x".repeat(6_291_455)}"`, {}, "RequestTooLargeException", 413],
    [
      "an event of more than 1 MB",
      "echo",
      `"${"x".repeat(1_048_575)}"`,
      { InvocationType: "Event" },
      "RequestTooLargeException",
      413,
    ],
    [
      "an unknown invocation type",
      "echo",
      "1",
      { InvocationType: "Later" },
      "InvalidParameterValueException",
      400,
    ],
    [
      "a durable execution",
      "echo",
      "1",
      { DurableExecutionName: "x" },
      "InvalidParameterValueException",
      400,
    ],
  ])("refuses %s", async (_what, name, payload, more, code, status) => {
    await expect(invoke(name, payload, more)).rejects.toMatchObject({
      name: code,
      $metadata: { httpStatusCode: status },
    });
  });

  it("takes 6 MB and gives 6 MB back, and no more", async () => {
    test.deploy("size", `export const handler = async (event) => event.length ?? "x".repeat(event.size);`);
    expect((await invoke("size", `"${"x".repeat(6_291_454)}"`)).json).toBe(6_291_454);
    expect((await invoke("size", '{"size":6291554}')).text).toHaveLength(6_291_556);
    expect((await invoke("size", '{"size":6291555}')).json).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
  });
});

describe("other operations", () => {
  it("describes functions", async () => {
    const { Configuration: configuration } = await test.client.send(
      new GetFunctionCommand({ FunctionName: "echo" }),
    );
    expect(configuration).toMatchObject({
      FunctionName: "echo",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Description: "echoes",
      MemorySize: 128,
      State: "Active",
      Environment: { Variables: { TABLE: "jobs" } },
      LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/echo" },
    });
    expect(configuration?.CodeSize).toBeGreaterThan(0);
    const same = await test.client.send(new GetFunctionConfigurationCommand({ FunctionName: "echo" }));
    expect(same.CodeSha256).toBe(configuration?.CodeSha256);
  });

  it("lists functions in pages", async () => {
    const first = await test.client.send(new ListFunctionsCommand({ MaxItems: 1 }));
    expect(first.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(["broken"]);
    const second = await test.client.send(new ListFunctionsCommand({ Marker: first.NextMarker }));
    expect(second.Functions?.[0]?.FunctionName).toBe("echo");
  });

  it("shows permissions as the resource policy", async () => {
    await expect(test.client.send(new GetPolicyCommand({ FunctionName: "echo" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    test.lambda.addPermission(
      permissionFromTemplate({
        logicalId: "AllowRule",
        properties: {
          FunctionName: "arn:aws:lambda:us-east-1:000000000000:function:echo",
          Action: "lambda:InvokeFunction",
          Principal: "events.amazonaws.com",
          SourceArn: "arn:aws:events:us-east-1:000000000000:rule/r",
        },
      }),
    );
    const { Policy: policy } = await test.client.send(new GetPolicyCommand({ FunctionName: "echo" }));
    expect(JSON.parse(policy ?? "").Statement).toEqual([
      {
        Sid: "AllowRule",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: "arn:aws:lambda:us-east-1:000000000000:function:echo",
        Condition: { ArnLike: { "AWS:SourceArn": "arn:aws:events:us-east-1:000000000000:rule/r" } },
      },
    ]);
  });

  it("keeps a reserved concurrency and honours it", async () => {
    const FunctionName = "broken";
    await test.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    );
    const { ReservedConcurrentExecutions } = await test.client.send(
      new GetFunctionConcurrencyCommand({ FunctionName }),
    );
    expect(ReservedConcurrentExecutions).toBe(0);
    await expect(invoke(FunctionName, "1")).rejects.toMatchObject({
      name: "TooManyRequestsException",
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      $metadata: { httpStatusCode: 429 },
    });
    await expect(
      test.client.send(
        new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 901 }),
      ),
    ).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  it("says which operations it does not play", async () => {
    await expect(test.client.send(new PublishVersionCommand({ FunctionName: "echo" }))).rejects.toMatchObject(
      { name: "NotImplemented", $metadata: { httpStatusCode: 501 } },
    );
  });
});

describe("several at once", () => {
  it("throttles calls past the environments of this machine, and keeps environments apart", async () => {
    const small = await startLambda({ maximumEnvironments: 2 });
    try {
      small.deploy(
        "slow",
        `let running = 0;
         export const handler = async () => {
           running += 1;
           await new Promise((resolve) => setTimeout(resolve, 300));
           return running--;
         };`,
      );
      const results = await Promise.allSettled([1, 2, 3].map(() => small.lambda.invoke("slow", "{}")));
      const answers = results.flatMap((one) => (one.status === "fulfilled" ? [one.value.payload] : []));
      const refusals = results.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
      expect(answers).toEqual(["1", "1"]);
      expect(refusals).toEqual(["TooManyRequestsException"]);
      expect(small.metrics).toContainEqual(expect.objectContaining({ name: "Throttles", value: 1 }));
      expect(small.metrics).toContainEqual(
        expect.objectContaining({ name: "ConcurrentExecutions", value: 2 }),
      );
      // Another function takes the place of an idle environment.
      small.deploy("other", "export const handler = async () => 7;");
      expect((await small.lambda.invoke("other", "{}")).payload).toBe("7");
    } finally {
      await small.stop();
    }
  });
});

describe("the AWS CLI", () => {
  it("invokes", async ({ skip }) => {
    const output = join(test.folder, "answer.json");
    const args = ["lambda", "invoke", "--function-name", "echo", "--endpoint-url", test.endpoint, output];
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "us-east-1",
    };
    const result = await new Promise<{ error: NodeJS.ErrnoException | null; stdout: string }>((resolve) => {
      execFile("aws", args, { env }, (error, stdout) =>
        resolve({ error: error as NodeJS.ErrnoException | null, stdout }),
      );
    });
    if (result.error?.code === "ENOENT") skip("the AWS CLI is not installed");
    expect(result.error).toBeNull();
    expect(JSON.parse(result.stdout)).toEqual({ StatusCode: 200, ExecutedVersion: "$LATEST" });
  });
});
