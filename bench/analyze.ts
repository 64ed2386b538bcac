/**
 * What the processor costs beside the tools that people would use instead: a table profiled from S3 against DuckDB,
 * pandas and csvkit on the same file; thumbnails against sharp; staging against cp and sha256sum; memory; image size.
 *
 *   node bench/analyze.ts [--json] [--large]
 *
 * `--large` adds a CSV of 5 GB in a task of 1 GiB: some minutes, and 25 GB of free disk. Peers that are not on this
 * machine are named and left out: pandas and csvkit are the Debian packages python3-pandas and csvkit.
 */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { CreateBucketCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import * as z from "zod";
import { compareThumbnails } from "./support/analyze/images.ts";
import { objectTaskAnswer } from "./support/analyze/object-task-input.ts";
import { quantile, Report } from "./support/report.ts";
import { Served } from "./support/serve.ts";
import { synthesizeSleepApp } from "./support/sleep-app.ts";

const { values: flags } = parseArgs({
  options: { json: { type: "boolean", default: false }, large: { type: "boolean", default: false } },
});
const BUCKET = "bench-uploads";
const MB = 1e6;
/** 500 MB. */
const ROWS = 7_900_000;
/** 5 GB. */
const LARGE_ROWS = 77_000_000;
const LARGE_TASK_MIB = 1_024;
/** As the pipeline of tables gives an object of 500 MB. */
const TASK = { threads: Math.min(2, cpus().length), memoryMiB: 4_096 };
/** csvkit would take hours for all of it. */
const CSVKIT_BYTES = 3 * MB;
const ROUNDS = 3;
const PANDAS = "import sys, pandas; print(pandas.read_csv(sys.argv[1]).describe(include='all'))";

const folder = mkdtempSync(join(tmpdir(), "longshore-bench-"));
const report = new Report();
const run = promisify(execFile);
try {
  await using served = new Served();
  const endpoint = await serveS3(served);
  const csv = join(folder, "large.csv");
  await node("large-csv.ts", csv, String(ROWS));
  await tables(endpoint, csv);
  await compareThumbnails(report, folder);
  if (flags.large) await largeTable(endpoint);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
imageSize();
report.print();

async function serveS3(served: Served): Promise<string> {
  const assembly = synthesizeSleepApp(folder);
  const { endpoint } = await served.start(
    "serve-assembly.ts",
    [assembly, join(folder, "state")],
    z.object({ endpoint: z.url() }),
  );
  await client(endpoint).send(new CreateBucketCommand({ Bucket: BUCKET }));
  return endpoint;
}

/** Ours and DuckDB in turn, so that noise of the machine falls on both; the slow peers once. */
async function tables(endpoint: string, csv: string): Promise<void> {
  const object = await upload(endpoint, csv);
  const ours: z.infer<typeof objectTaskAnswer>[] = [];
  const duckdb: number[] = [];
  const copies: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await analyzed(endpoint, object, TASK));
    duckdb.push(secondsIn(await node("duckdb-summarize.ts", csv, String(TASK.threads))));
    copies.push(
      await timed(() => run("sh", ["-c", 'tee "$1" < "$0" | sha256sum', csv, join(folder, "copy")])),
    );
  }
  const megabytes = object.size / MB;
  const speed = megabytes / median(ours.map(({ seconds }) => seconds));
  const name = `CSV of ${Math.round(megabytes)} MB from S3 to its result, ${TASK.threads} threads`;
  const peer = (name: string, seconds: number, size = megabytes) => ({ name, figure: size / seconds });
  report.compare(name, speed, "MB/s", peer("DuckDB: SUMMARIZE and histograms", median(duckdb)), "more", 0.9);

  const pandas = "pandas: read_csv, describe(include=all)";
  const python = pythonWithPandas();
  if (python) {
    const seconds = await timed(() => run(python, ["-c", PANDAS, csv]));
    report.compare(name, speed, "MB/s", peer(pandas, seconds), "more", 1.5);
  } else report.peerNotRun(name, speed, "MB/s", pandas, "python3-pandas is not installed");

  const csvkit = `csvkit: csvstat, of ${CSVKIT_BYTES / MB} MB`;
  if (installed("csvstat")) {
    const slice = join(folder, "slice.csv");
    await beginning(csv, slice, CSVKIT_BYTES);
    const seconds = await timed(() => run("csvstat", [slice]));
    report.compare(name, speed, "MB/s", peer(csvkit, seconds, statSync(slice).size / MB), "more", 100);
  } else report.peerNotRun(name, speed, "MB/s", csvkit, "not installed");

  const staged = megabytes / median(ours.map(({ stageSeconds }) => stageSeconds));
  report.compare(
    "the same object staged: read from S3, hashed, written",
    staged,
    "MB/s",
    peer("tee and sha256sum of the local file", median(copies)),
    "more",
    0.8,
  );
  report.note(
    "peak memory of that task",
    `${Math.round(Math.max(...ours.map(({ peakBytes }) => peakBytes)) / 2 ** 20)} MiB`,
  );
}

async function largeTable(endpoint: string): Promise<void> {
  const csv = join(folder, "very-large.csv");
  await node("large-csv.ts", csv, String(LARGE_ROWS));
  const object = await upload(endpoint, csv);
  rmSync(csv);
  const { seconds, peakBytes } = await analyzed(endpoint, object, { ...TASK, memoryMiB: LARGE_TASK_MIB });
  const name = `CSV of ${(object.size / 1e9).toFixed(1)} GB in a task of ${LARGE_TASK_MIB} MiB`;
  report.add(`${name}: peak memory`, peakBytes / 2 ** 20, "MiB", LARGE_TASK_MIB, "less");
  report.note(`${name}: time`, `${seconds.toFixed(0)} s`);
}

interface Uploaded {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

/** In parts, as every tool sends a large file. */
async function upload(endpoint: string, path: string): Promise<Uploaded> {
  const where = { Bucket: BUCKET, Key: "large.csv" };
  const s3 = client(endpoint);
  await new Upload({
    client: s3,
    params: { ...where, Body: createReadStream(path) },
    partSize: 16 * 2 ** 20,
  }).done();
  const { ETag = "", ContentLength: size = 0 } = await s3.send(new HeadObjectCommand(where));
  return { bucket: BUCKET, key: where.Key, etag: ETag.replaceAll('"', ""), size };
}

async function analyzed(endpoint: string, object: Uploaded, task: typeof TASK) {
  const environment = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
  };
  const script = join(import.meta.dirname, "support/analyze/object-task.ts");
  const { stdout } = await run(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", script, JSON.stringify({ object, ...task })],
    { env: environment },
  );
  return objectTaskAnswer.parse(JSON.parse(lastLine(stdout)));
}

/** The Debian package belongs to Debian's Python, which is not always the first one. */
function pythonWithPandas(): string | undefined {
  return ["python3", "/usr/bin/python3"].find((python) => succeeds(python, "-c", "import pandas"));
}

function imageSize(): void {
  const name = "container image of the processor";
  const tag = "longshore-bench-processor";
  if (!succeeds("docker", "info")) {
    report.note(name, "not measured: no container engine answers");
    return;
  }
  const network = process.env.LONGSHORE_BUILD_NETWORK;
  const options = network === undefined ? [] : ["--network", network];
  const context = mkdtempSync(join(tmpdir(), "longshore-bench-image-"));
  try {
    for (const path of ["package.json", "package-lock.json", "events", "containers"]) {
      cpSync(join(import.meta.dirname, "..", path), join(context, path), { recursive: true });
    }
    const dockerfile = join(context, "containers/processor/Dockerfile");
    execFileSync("docker", ["build", "--quiet", ...options, "-t", tag, "-f", dockerfile, context], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const size = execFileSync("docker", ["image", "inspect", "-f", "{{.Size}}", tag], { encoding: "utf8" });
    report.add(name, Number(size) / MB, "MB", 350, "less");
  } catch {
    report.note(name, "not measured: its build failed");
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** The first bytes of a file, to the end of a line. */
async function beginning(from: string, to: string, bytes: number): Promise<void> {
  await using source = await open(from);
  await using target = await open(to, "w");
  const buffer = Buffer.alloc(bytes);
  await source.read(buffer, 0, bytes, 0);
  await target.write(buffer.subarray(0, buffer.lastIndexOf("\n") + 1));
}

async function node(script: string, ...args: string[]): Promise<string> {
  const path = join(import.meta.dirname, "support/analyze", script);
  return (await run(process.execPath, ["--disable-warning=ExperimentalWarning", path, ...args])).stdout;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

function secondsIn(output: string): number {
  return z.object({ seconds: z.number() }).parse(JSON.parse(lastLine(output))).seconds;
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}

function installed(command: string): boolean {
  return succeeds(command, "--version");
}

function succeeds(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function client(endpoint: string): S3Client {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  return new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
