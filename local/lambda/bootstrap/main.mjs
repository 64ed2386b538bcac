/**
 * Runs inside an execution environment: loads the function once, then answers one invocation after another.
 * JavaScript and not TypeScript because Node.js needs 35 ms and 17 MB more to start with type stripping, which
 * every cold start would pay.
 *
 * The host speaks over the IPC channel; see execution-environment.ts for the messages.
 */
import { flush, logError, patchConsole, setRequestId } from "./console.mjs";
import { NodeJsExit, toPayload, UnhandledPromiseRejection } from "./errors.mjs";
import { isolateModules } from "./isolation.mjs";
import { loadHandler } from "./load-handler.mjs";

const channel = process.channel;
const sendToHost = process.send.bind(process);
const environment = process.env;
const taskRoot = environment.LAMBDA_TASK_ROOT;

/** @type {{ requestId: string } | undefined} */
let invocation;
let isReady = false;

process.once("disconnect", () => process.exit(1));

const report = (message, then) => {
  flush();
  sendToHost(message, then);
};

/** @param {number} [exitCode] given when this process cannot go on */
function fail(label, error, exitCode) {
  logError(label, error);
  const type = isReady ? "failure" : "init-failure";
  const payload = JSON.stringify(toPayload(error));
  const isFatal = exitCode !== undefined;
  report({ type, payload, isFatal }, isFatal ? () => process.exit(exitCode) : undefined);
  invocation = undefined;
}

process.on("uncaughtException", (error) => fail("Uncaught Exception", error, 129));
process.on("unhandledRejection", (reason) => {
  fail("Unhandled Promise Rejection", new UnhandledPromiseRejection(String(reason), { cause: reason }), 128);
});

// The event loop runs dry while an invocation is open: its promise can never settle.
process.on("beforeExit", () => {
  channel.ref();
  if (!invocation) return;
  const reason =
    "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes";
  fail("Invoke Error", new NodeJsExit(reason));
});

function contextOf(message) {
  const { requestId, deadlineMs, functionArn, clientContext } = message;
  return {
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext,
    identity: undefined,
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

function serialize(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

async function invoke(handler, message) {
  const current = { requestId: message.requestId };
  invocation = current;
  setRequestId(message.requestId);
  environment._X_AMZN_TRACE_ID = message.traceId;
  channel.unref();
  try {
    const payload = serialize(await handler(JSON.parse(message.payload), contextOf(message)));
    if (invocation !== current) return;
    channel.ref();
    report({ type: "response", payload });
    invocation = undefined;
  } catch (error) {
    if (invocation !== current) return;
    channel.ref();
    fail("Invoke Error", error);
  }
}

patchConsole();
try {
  // Hidden from the function, which is to believe that it is alone.
  process.send = undefined;
  isolateModules(taskRoot);
  const handler = await loadHandler(taskRoot, environment._HANDLER);
  isReady = true;
  process.on("message", (message) => void invoke(handler, message));
  report({ type: "ready" });
} catch (error) {
  fail("Init Error", error, 1);
}
