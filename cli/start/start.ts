import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readScenario, type Scenario, ScenarioError } from "../../local/faults/scenario.ts";
import type { Runtime } from "../../local/runtime.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { checkFiles, uploadFiles } from "../uploads.ts";
import { UserError } from "../user-error.ts";
import { watchJobs } from "../watch-jobs.ts";
import { parseStartFlags, START_USAGE, type StartFlags } from "./flags.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { synthesize } from "./synthesize.ts";

/** In the state folder: the samples were uploaded. */
const SAMPLES_MARK = "samples-uploaded";
/** Large enough for a task of its own, and so made where it is used instead of kept in the repository. */
const LARGE_SAMPLE = { name: "readings-2026.csv", rows: 130_000 };

/** `longshore start`: synthesizes, plays the template, uploads, prints results, and stays up until Ctrl-C. */
export async function start(args: readonly string[]): Promise<number> {
  const flags = parseStartFlags(args);
  if (!flags) {
    console.log(START_USAGE);
    return 0;
  }
  await checkFiles(flags.files);
  const faults = flags.faults === undefined ? undefined : faultsOf(flags.faults);
  const interrupted = onInterrupt();
  const reporter = createReporter(flags.json);
  const state = resolve(flags.state);
  if (flags.fresh) await rm(state, { recursive: true, force: true });

  // The runtime's modules load while the app synthesizes in its own process.
  const [synthesis, { startRuntime, RuntimeError }] = await Promise.all([
    flags.assembly === undefined ? synthesize(PROJECT_ROOT, flags.context) : undefined,
    import("../../local/runtime.ts"),
  ]);
  if (synthesis) reporter.synthesized(synthesis);
  const runtime = await startRuntime({
    assembly: synthesis?.directory ?? resolve(flags.assembly ?? ""),
    state,
    port: flags.port,
    consolePort: flags.consolePort,
    host: flags.host,
    speed: flags.speed,
    fargateStartSeconds: flags.fargateStartSeconds,
    engine: flags.engine,
    ...(faults && { faults }),
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

/** @throws UserError naming what is wrong with the file */
function faultsOf(file: string): Scenario {
  try {
    return readScenario(file);
  } catch (error) {
    throw error instanceof ScenarioError ? new UserError(error.message, { cause: error }) : error;
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
  const samples = flags.files.length === 0 && flags.samples ? await samplesOnce(state) : [];
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
  if (samples.length > 0 && !signal.aborted) await writeFile(join(state, SAMPLES_MARK), "");
  reporter.results(finished);
  return uploads.length - finished.filter(({ job }) => job.status === "succeeded").length;
}

/** The samples, unless an earlier run has uploaded them. */
async function samplesOnce(state: string): Promise<string[]> {
  if (existsSync(join(state, SAMPLES_MARK))) return [];
  const folder = join(PROJECT_ROOT, "samples");
  // The package has none.
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  const large = join(state, LARGE_SAMPLE.name);
  await promisify(execFile)(process.execPath, [
    join(folder, "generate.ts"),
    large,
    String(LARGE_SAMPLE.rows),
  ]);
  return [...names.filter((name) => !name.endsWith(".ts")).map((name) => join(folder, name)), large];
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
