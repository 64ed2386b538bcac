import { afterAll, beforeAll, expect, it } from "vitest";
import { startLambda, type TestLambda } from "./harness.ts";

let test: TestLambda;

beforeAll(async () => {
  test = await startLambda();
});

afterAll(() => test.stop());

async function logOf(name: string, code: string, properties: Record<string, unknown> = {}) {
  test.deploy(name, code, properties);
  const { requestId } = await test.lambda.invoke(name, "{}");
  const lines = test.logLines.filter(({ group }) => group.endsWith(name));
  return { requestId, lines, messages: lines.map(({ message }) => message) };
}

const NUMBER = "\\d+\\.\\d\\d";

it("writes the lines of an invocation to the function's group, one event each", async () => {
  const { requestId, lines, messages } = await logOf(
    "text",
    `console.log("loading");
     export const handler = async () => {
       console.info("a %s", "b", { c: 1 });
       console.error("two\\nlines");
       process.stdout.write('{"_aws":{}}\\n{"second":true}\\n');
       process.stderr.write("raw error\\n");
       process.stdout.write("unfinished");
     };`,
  );
  const iso = "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z";
  const patterns = [
    "INIT_START Runtime Version: nodejs24\\.x .*",
    `${iso}\tundefined\tINFO\tloading`,
    `START RequestId: ${requestId} Version: \\$LATEST`,
    `${iso}\t${requestId}\tINFO\ta b { c: 1 }`,
    `${iso}\t${requestId}\tERROR\ttwo\nlines`,
    '\\{"_aws":\\{\\}\\}',
    '\\{"second":true\\}',
    "unfinished",
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${NUMBER} ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: ${NUMBER} ms\t`,
  ];
  // The two streams are separate pipes, so a line on the other one may come anywhere in between.
  const stdout = messages.filter((message) => message !== "raw error");
  expect(stdout).toHaveLength(messages.length - 1);
  for (const [index, pattern] of patterns.entries()) {
    expect(stdout[index]).toMatch(new RegExp(`^${pattern}$`));
  }
  expect(stdout).toHaveLength(patterns.length);
  expect(test.groups).toContain("/aws/lambda/text");
  expect(new Set(lines.map(({ stream }) => stream)).size).toBe(1);
});

it("names a time-out in the log and the report", async () => {
  const { requestId, messages } = await logOf("late", "export const handler = async () => { for (;;) {} };", {
    Timeout: 1,
  });
  expect(messages).toContainEqual(
    expect.stringMatching(new RegExp(`^\\S+Z ${requestId} Task timed out after 1\\.00 seconds$`)),
  );
  expect(messages.at(-1)).toMatch(/\tDuration: 1000\.00 ms\t.*\tStatus: timeout$/);
});

it("logs a thrown error with its stack", async () => {
  const { messages } = await logOf(
    "thrown",
    `export const handler = async () => { throw Object.assign(new TypeError("bad"), { code: "E1" }); };`,
  );
  const line = messages.find((message) => message.includes("\tERROR\tInvoke Error \t")) ?? "";
  expect(JSON.parse(line.split("\t").at(-1) ?? "")).toMatchObject({
    errorType: "TypeError",
    errorMessage: "bad",
    code: "E1",
    stack: expect.arrayContaining(["TypeError: bad"]),
  });
});

it("reports an initialization that failed twice", async () => {
  const { messages } = await logOf("unloadable", "export const other = 1;");
  const reports = messages.filter((message) => message.startsWith("INIT_REPORT"));
  expect(reports).toHaveLength(2);
  expect(reports[0]).toMatch(/\tPhase: init\tStatus: error\tError Type: Runtime\.HandlerNotFound$/);
  expect(reports[1]).toMatch(/\tPhase: invoke\tStatus: error/);
});

it("writes JSON to the configured group and keeps to its levels", async () => {
  const { requestId, messages } = await logOf(
    "json",
    `export const handler = async () => {
       console.debug("hidden");
       console.info({ orderId: 7 });
       console.error("failed", new RangeError("r"));
     };`,
    { LoggingConfig: { LogFormat: "JSON", LogGroup: "/custom/json", ApplicationLogLevel: "INFO" } },
  );
  const records = messages.map((message) => JSON.parse(message));
  expect(records.map((record) => record.type ?? record.level)).toEqual([
    "platform.initStart",
    "platform.start",
    "INFO",
    "ERROR",
    "platform.report",
  ]);
  expect(records[2]).toMatchObject({ requestId, message: { orderId: 7 } });
  expect(records[3]).toMatchObject({ errorType: "RangeError", errorMessage: "r" });
  expect(records[4].record).toMatchObject({
    requestId,
    status: "success",
    metrics: { memorySizeMB: 128, durationMs: expect.any(Number), billedDurationMs: expect.any(Number) },
  });
  expect(test.groups).toContain("/custom/json");
});

it("measures invocations, errors and durations", async () => {
  await logOf("measured", "export const handler = async () => { throw new Error(); };");
  const own = test.metrics.filter(({ functionName }) => functionName === "measured");
  expect(own.map(({ name, value }) => [name, value])).toEqual([
    ["ConcurrentExecutions", 1],
    ["Invocations", 1],
    ["Errors", 1],
    ["Duration", expect.any(Number)],
  ]);
});
