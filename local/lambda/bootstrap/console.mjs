import { format } from "node:util";
import { toLogText } from "./errors.mjs";

/**
 * What the function prints. `console.*` becomes one log event per call, in the text or JSON form of the
 * Node.js runtime; anything written to the streams directly stays as it is, line by line.
 *
 * A console entry begins with ENTRY and has its line feeds replaced, so that the host can tell it from raw lines.
 */
const ENTRY = "\x1e";
const LINE_FEED = "\x1f";
/** Tells the host that everything before it belongs to the message that follows on the other channel. */
const FLUSH = "\x1e\x04\n";

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const stdout = process.stdout.write.bind(process.stdout);
const stderr = process.stderr.write.bind(process.stderr);

let requestId;

/** @param {string | undefined} id the invocation that later entries belong to */
export function setRequestId(id) {
  requestId = id;
}

export function flush() {
  stdout(FLUSH);
  stderr(FLUSH);
}

const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const threshold = Math.max(LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? "TRACE"), 0);

function emit(level, values) {
  if (LEVELS.indexOf(level) < threshold) return;
  const timestamp = new Date().toISOString();
  const line = isJson
    ? jsonLine(timestamp, level, values)
    : `${timestamp}\t${requestId}\t${level}\t${format(...values)}`;
  stdout(`${ENTRY}${line.replaceAll("\n", LINE_FEED)}\n`);
}

function jsonLine(timestamp, level, values) {
  const head = { timestamp, level, requestId };
  if (values.length === 1) {
    try {
      return JSON.stringify({ ...head, message: values[0] }, (_key, value) =>
        value instanceof Error ? { ...errorMembers(value), ...value } : value,
      );
    } catch {
      return JSON.stringify({ ...head, message: format(values[0]) });
    }
  }
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify({ ...head, message: format(...values), ...(error && errorMembers(error)) });
}

function errorMembers(error) {
  return {
    errorType: error.constructor?.name ?? "UnknownError",
    errorMessage: error.message,
    stackTrace: String(error.stack ?? "").split("\n"),
  };
}

/** Logs a failure that the runtime itself caught. */
export function logError(label, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  emit("ERROR", isJson ? [error] : [label, `\t${toLogText(error)}`]);
}

export function patchConsole() {
  for (const level of ["trace", "debug", "info", "warn", "error"]) {
    console[level] = (...values) => emit(level.toUpperCase(), values);
  }
  console.log = console.info;
  console.fatal = (...values) => emit("FATAL", values);
}
