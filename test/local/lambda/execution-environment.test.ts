import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, startLambda, type TestLambda } from "./harness.ts";

let test: TestLambda;

beforeAll(async () => {
  test = await startLambda();
});

afterAll(() => test.stop());

async function run(name: string, payload = "{}") {
  const result = await test.lambda.invoke(name, payload);
  return { ...result, json: JSON.parse(result.payload) };
}

describe("what a function finds", () => {
  it("has its own variables and Lambda's, and none of the user's", async () => {
    process.env.LONGSHORE_SECRET_OF_THE_USER = "x";
    const arn = test.deploy(
      "vars",
      `export const handler = async () => ({ ...process.env, cwd: process.cwd() });`,
      {
        Environment: { Variables: { MINE: "1" } },
        MemorySize: 256,
      },
    );
    const { json } = await run(arn);
    expect(json).toMatchObject({
      MINE: "1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "vars",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/vars",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_ACCESS_KEY_ID: "key of arn:aws:iam::000000000000:role/test",
      AWS_SESSION_TOKEN: "vars",
      _HANDLER: "index.handler",
      TZ: ":UTC",
      cwd: join(test.folder, "code", "vars"),
      LAMBDA_TASK_ROOT: join(test.folder, "code", "vars"),
    });
    expect(json._X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    expect(json.AWS_LAMBDA_LOG_STREAM_NAME).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(Object.keys(json)).not.toContain("LONGSHORE_SECRET_OF_THE_USER");
    expect(Object.keys(json)).not.toContain("HOME");
    expect(Object.keys(json).filter((name) => name.startsWith("NODE_"))).toEqual([]);
  });

  it("has AWS's context object", async () => {
    test.deploy(
      "context",
      `export const handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`,
      { Timeout: 10 },
    );
    const { json, requestId } = await run("context");
    expect(json).toMatchObject({
      awsRequestId: requestId,
      functionName: "context",
      functionVersion: "$LATEST",
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/context",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:context",
    });
    expect(json.left).toBeGreaterThan(5000);
    expect(json.left).toBeLessThanOrEqual(10_000);
  });

  it("runs CommonJS, nested folders and nested exports", async () => {
    test.deploy(
      "common",
      {
        "index.js": `exports.api = { get: async () => require("./part.js").value };`,
        "part.js": "exports.value = 5;",
      },
      { Handler: "index.api.get" },
    );
    expect((await run("common")).json).toBe(5);
  });

  it("finds the AWS SDK, as on AWS, but no other package of this machine", async () => {
    test.deploy(
      "sdk",
      `import { SQSClient } from "@aws-sdk/client-sqs"; export const handler = async () => SQSClient.name;`,
    );
    expect((await run("sdk")).json).toBe("SQSClient");
    test.deploy("unbundled", `import "zod"; export const handler = async () => 1;`);
    const { json, functionError } = await run("unbundled");
    expect(functionError).toBe("Unhandled");
    expect(json.errorType).toBe("Runtime.ImportModuleError");
    expect(json.errorMessage).toContain("Cannot find package 'zod'");
  });
});

describe("an environment's life", () => {
  it("is reused warm and stands still between events", async () => {
    test.deploy(
      "warm",
      `let calls = 0, ticks = 0;
       setInterval(() => { ticks += 1; }, 10);
       export const handler = async () => ({ calls: ++calls, ticks, pid: process.pid });`,
    );
    const first = await run("warm");
    await new Promise((resolve) => setTimeout(resolve, 400));
    const second = await run("warm");
    expect(second.json.calls).toBe(2);
    expect(second.json.pid).toBe(first.json.pid);
    // 40 ticks would have passed in a running process.
    expect(second.json.ticks).toBeLessThan(10);
  });

  it("is replaced when the function is", async () => {
    test.deploy("changing", "export const handler = async () => 1;");
    expect((await run("changing")).json).toBe(1);
    test.deploy("changing", "export const handler = async () => 2;");
    expect((await run("changing")).json).toBe(2);
  });

  it("is replaced when its credentials end", async () => {
    let issued = 0;
    const short = await startLambda({
      credentials: {
        issue: () => ({
          AccessKeyId: `key ${++issued}`,
          SecretAccessKey: "s",
          Token: "t",
          Expiration: new Date(Date.now() + 30_000).toISOString(),
        }),
      },
    });
    try {
      short.deploy("keys", "export const handler = async () => process.env.AWS_ACCESS_KEY_ID;");
      expect((await short.lambda.invoke("keys", "1")).payload).toBe('"key 1"');
      expect((await short.lambda.invoke("keys", "1")).payload).toBe('"key 2"');
    } finally {
      await short.stop();
    }
  });

  it("ends when idle, and with the service", async () => {
    const idle = await startLambda({ idleTimeoutMs: 100 });
    idle.deploy("idle", "export const handler = async () => process.pid;");
    const pid = Number((await idle.lambda.invoke("idle", "{}")).payload);
    expect(isAlive(pid)).toBe(true);
    await eventually(() => !isAlive(pid), "the idle environment's end");
    const other = Number((await idle.lambda.invoke("idle", "{}")).payload);
    await idle.stop();
    expect(isAlive(other)).toBe(false);
  });

  it("has a temporary directory of its own that goes with it", async () => {
    test.deploy(
      "tmp",
      `import { tmpdir } from "node:os";
       import { writeFileSync } from "node:fs";
       export const handler = async ({ die }) => {
         writeFileSync(tmpdir() + "/file", "x");
         if (die) process.exit(0);
         return tmpdir();
       };`,
    );
    const { json: directory } = await run("tmp");
    expect(readdirSync(directory)).toEqual(["file"]);
    await run("tmp", '{"die":true}');
    await eventually(() => !existsSync(directory), "the directory's removal");
  });
});

describe("functions that go wrong", () => {
  const cases: [string, string, Record<string, unknown>, object][] = [
    [
      "times out",
      "export const handler = async () => { for (;;) {} };",
      { Timeout: 1 },
      {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(/^RequestId: .* Error: Task timed out after 1\.00 seconds$/),
      },
    ],
    [
      "exits",
      "export const handler = async () => process.exit(3);",
      {},
      {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(
          /^RequestId: .* Error: Runtime exited with error: exit status 3$/,
        ),
      },
    ],
    [
      "exits with 0",
      "export const handler = async () => process.exit(0);",
      {},
      {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(/Runtime exited without providing a reason$/),
      },
    ],
    [
      "takes too much memory",
      `const kept = []; export const handler = async () => { for (;;) { kept.push(Buffer.alloc(5e6, 1)); await new Promise((r) => setTimeout(r, 5)); } };`,
      {},
      {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
      },
    ],
    [
      "never settles",
      "export const handler = () => new Promise(() => {});",
      {},
      { errorType: "Runtime.NodeJsExit" },
    ],
    [
      "rejects aside",
      `export const handler = async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 200)); };`,
      {},
      { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" },
    ],
    [
      "throws aside",
      `export const handler = () => new Promise(() => setImmediate(() => { throw new TypeError("aside"); }));`,
      {},
      { errorType: "TypeError", errorMessage: "aside" },
    ],
    [
      "throws text",
      `export const handler = async () => { throw "text"; };`,
      {},
      { errorType: "string", errorMessage: "text", trace: [] },
    ],
    [
      "answers a cycle",
      "export const handler = async () => { const a = {}; a.a = a; return a; };",
      {},
      { errorType: "Error", errorMessage: "Unable to stringify response body" },
    ],
    [
      "lacks its handler",
      "export const other = 1;",
      {},
      { errorType: "Runtime.HandlerNotFound", errorMessage: "index.handler is undefined or not exported" },
    ],
    [
      "lacks its file",
      "export const handler = 1;",
      { Handler: "main.handler" },
      { errorType: "Runtime.ImportModuleError", errorMessage: "Error: Cannot find module 'main'" },
    ],
    [
      "has a bad handler name",
      "export const handler = 1;",
      { Handler: "index" },
      { errorType: "Runtime.MalformedHandlerName", errorMessage: "Bad handler" },
    ],
    ["is no JavaScript", "export const handler = (", {}, { errorType: "Runtime.UserCodeSyntaxError" }],
    [
      "throws when loaded",
      `throw new Error("at load");`,
      {},
      { errorType: "Error", errorMessage: "at load" },
    ],
    [
      "wants a callback",
      "export const handler = (event, context, callback) => callback(null, 1);",
      {},
      { errorType: "Runtime.CallbackHandlerDeprecated" },
    ],
  ];
  it.each(cases)("%s", async (what, code, properties, expected) => {
    const name = what.replaceAll(" ", "-");
    test.deploy(name, code, properties);
    const { functionError, json } = await run(name);
    expect(functionError).toBe("Unhandled");
    expect(json).toMatchObject(expected);
    // What went wrong leaves nothing behind for the next event.
    expect((await run(name)).json).toMatchObject(expected);
  });
});

describe("the end of the runtime", () => {
  it("takes spinning and frozen environments along, kill -9 included", async () => {
    const folder = join(test.folder, "killed");
    mkdirSync(folder);
    const script = `
      const { startLambda } = await import(${JSON.stringify(new URL("./harness.ts", import.meta.url).href)});
      const test = await startLambda();
      const code = 'import { writeFileSync } from "node:fs"; export const handler = async ({ file, spin }) => { writeFileSync(file, String(process.pid)); while (spin) {} };';
      test.deploy("frozen", code);
      test.deploy("spinning", code);
      await test.lambda.invoke("frozen", JSON.stringify({ file: ${JSON.stringify(join(folder, "frozen"))} }));
      await test.lambda.invoke("spinning", JSON.stringify({ file: ${JSON.stringify(join(folder, "spinning"))}, spin: true }));
    `;
    const runtime = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: "inherit",
      env: { ...process.env, TMPDIR: folder },
    });
    try {
      const pidIn = (file: string) =>
        eventually(() => existsSync(file) && Number(readFileSync(file, "utf8")), file, 15_000);
      const frozen = await pidIn(join(folder, "frozen"));
      const spinning = await pidIn(join(folder, "spinning"));
      expect([frozen, spinning].map(isAlive)).toEqual([true, true]);
      runtime.kill("SIGKILL");
      await eventually(() => !isAlive(frozen) && !isAlive(spinning), "both environments' end");
    } finally {
      runtime.kill("SIGKILL");
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that has ended may still wait to be collected by whoever inherited it.
  return !existsSync("/proc") || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
