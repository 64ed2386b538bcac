import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Runtime } from "../../local/runtime.ts";
import { UserError } from "../user-error.ts";
import { parseStartFlags, START_USAGE, type StartFlags } from "./flags.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { synthesize } from "./synthesize.ts";
import { checkFiles, uploadFiles } from "./uploads.ts";
import { watchJobs } from "./watch-jobs.ts";

const PROJECT_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** In the state folder: the samples were uploaded. */
const SAMPLES_MARK = "samples-uploaded";

/** `longshore start`: synthesizes, plays the template, uploads, prints results, and stays up until Ctrl-C. */
export async function start(args: readonly string[]): Promise<number> {
  const flags = parseStartFlags(args);
  if (!flags) {
    console.log(START_USAGE);
    return 0;
  }
  await checkFiles(flags.files);
  const interrupted = onInterrupt();
  const reporter = createReporter(flags.json);
  const state = resolve(flags.state);
  if (flags.fresh) await rm(state, { recursive: true, force: true });

  // The runtime's modules load while the app synthesizes in its own process.
  const [synthesis, { startRuntime, RuntimeError }] = await Promise.all([
    synthesize(PROJECT_ROOT),
    import("../../local/runtime.ts"),
  ]);
  reporter.synthesized(synthesis);
  const runtime = await startRuntime({
    assembly: synthesis.directory,
    state,
    port: flags.port,
    consolePort: flags.consolePort,
    log: reporter.log,
  }).catch((error: unknown) => {
    throw error instanceof RuntimeError ? new UserError(error.message, { cause: error }) : error;
  });
  try {
    reporter.ready(runtime);
    const failed = await processUploads(flags, runtime, reporter, state, interrupted);
    if (flags.exit) return failed > 0 ? 1 : 0;
    reporter.stayingUp();
    await aborted(interrupted);
    return 0;
  } finally {
    reporter.stopping();
    await runtime.stop();
  }
}

/** @returns how many uploads ended without a result */
async function processUploads(
  flags: StartFlags,
  runtime: Runtime,
  reporter: Reporter,
  state: string,
  signal: AbortSignal,
): Promise<number> {
  const mark = join(state, SAMPLES_MARK);
  const samples = flags.files.length === 0 && flags.samples ? await samplesOnce(mark) : [];
  const paths = flags.files.length > 0 ? flags.files : samples;
  if (paths.length === 0) return 0;
  const connection = {
    endpoint: runtime.endpoint,
    region: runtime.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const bucket = output(runtime, "UploadsBucket");
  const uploads = await uploadFiles(new S3Client({ ...connection, forcePathStyle: true }), bucket, paths);
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(connection));
  const finished = await watchJobs(
    dynamo,
    output(runtime, "JobsTableName"),
    uploads,
    reporter.finished,
    signal,
  );
  if (samples.length > 0 && !signal.aborted) await writeFile(mark, "");
  reporter.results(finished);
  return uploads.length - finished.filter(({ job }) => job.status === "succeeded").length;
}

async function samplesOnce(mark: string): Promise<string[]> {
  if (existsSync(mark)) return [];
  const folder = join(PROJECT_ROOT, "samples");
  const names = await readdir(folder);
  return names
    .filter((name) => !name.endsWith(".ts") && name !== "README.md")
    .map((name) => join(folder, name));
}

function output(runtime: Runtime, name: string): string {
  const value = runtime.outputs[name];
  if (value === undefined) {
    throw new UserError(
      `The template has no output ${name}; it has ${Object.keys(runtime.outputs).join(", ")}`,
    );
  }
  return value;
}

/** Aborts at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", () => controller.abort());
  return controller.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    // An unresolved promise alone keeps no process up.
    const keepUp = setInterval(() => {}, 2 ** 30);
    signal.addEventListener("abort", () => {
      clearInterval(keepUp);
      resolve();
    });
  });
}
