/**
 * How fast the console is on this machine: its first page, the jobs API over a full table, listeners that hear nothing,
 * and the way of a change to a listener.
 *
 *   node bench/console.ts [--items 100000] [--json]
 *
 * The whole system runs, with the jobs table filled beforehand. Nothing else should run meanwhile.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { get, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BatchWriteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { JobItem } from "../events/jobs/job.ts";
import { jobIdOf } from "../events/jobs/job-id.ts";
import { adminClients, type Clients } from "../test/e2e/support/clients.ts";
import { LongshoreProcess, ownFlags } from "../test/e2e/support/longshore-process.ts";
import { until } from "../test/e2e/support/until.ts";
import { tableItem } from "../test/support/table-item.ts";
import { quantile, Report } from "./support/report.ts";

const { values: flags } = parseArgs({
  options: { items: { type: "string", default: "100000" }, json: { type: "boolean", default: false } },
});
const ITEMS = Number(flags.items);
const CALLS = 200;
const LISTENERS = 200;
const IDLE_MS = 10_000;
const CHANGES = 40;
const state = mkdtempSync(join(tmpdir(), "longshore-bench-"));
const report = new Report();

try {
  const longshore = new LongshoreProcess([...ownFlags(state), "--no-samples"]);
  const { endpoint, outputs, consoleUrl = "", consoleSignIn = "" } = await longshore.ready();
  const site = { url: consoleUrl, token: consoleSignIn.split("#token=")[1] ?? "" };
  const clients = adminClients(endpoint);
  const table = outputs.JobsTableName ?? "";
  try {
    await until(
      "the console is up",
      async () => (await fetch(`${site.url}/health`).catch(() => undefined))?.ok,
    );
    await firstPage(site.url);
    await fill(clients, table);
    for (const [name, query] of [
      ["all", "limit=50"],
      ["failed, 1 in 1,000", "limit=50&status=failed"],
      ["of a pipeline", "limit=50&pipeline=tables"],
      ["by text", "limit=50&text=file-77"],
    ] as const) {
      await jobsApi(site, name, query);
    }
    await listeners(site, clients, table, longshore.child.pid ?? 0);
  } finally {
    await longshore.stop("SIGINT");
  }
} finally {
  rmSync(state, { recursive: true, force: true });
}
report.print();

interface Site {
  readonly url: string;
  readonly token: string;
}

/** The page and everything that it names, without a cache, over new connections. */
async function firstPage(url: string): Promise<void> {
  const began = performance.now();
  const page = await fresh(`${url}/`);
  const named = [...page.matchAll(/(?:src|href)="(\/[^"]+\.\w+)"/g)].map(([, path]) => path ?? "");
  const scripts = await Promise.all([...new Set(named)].map((path) => fresh(`${url}${path}`)));
  report.add("first page and what it names, cold", performance.now() - began, "ms", 1_000, "less");
  const bytes = [page, ...scripts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  report.note("bytes of it, uncompressed", bytes.toLocaleString("en-US"));
}

function fresh(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

/** Finished jobs of the last days, one in a thousand failed. */
async function fill(clients: Clients, table: string): Promise<void> {
  const jobs = Array.from({ length: ITEMS }, (_, index) => jobOf(`file-${index}.csv`, index * 2_000));
  const batches = Array.from({ length: Math.ceil(ITEMS / 25) }, (_, index) =>
    jobs.slice(index * 25, index * 25 + 25),
  );
  const writers = Array.from({ length: 8 }, async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) {
      const requests = batch.map((job) => ({ PutRequest: { Item: tableItem(job) } }));
      await clients.dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
    }
  });
  await Promise.all(writers);
}

function jobOf(key: string, msAgo: number, change: Partial<JobItem> = {}): JobItem {
  const createdAt = new Date(Date.now() - msAgo).toISOString();
  const number = Number(/\d+/.exec(key)?.[0] ?? 0);
  return {
    jobId: jobIdOf({ bucket: "bench", key, etag: "e" }, "tables"),
    status: number % 1_000 === 0 ? "failed" : "succeeded",
    pipeline: number % 2 === 0 ? "tables" : "generic",
    lane: "pooled",
    bucket: "bench",
    key,
    etag: "e",
    size: 1_000,
    sequencer: "01",
    attempt: 1,
    createdAt,
    updatedAt: createdAt,
    startedAt: createdAt,
    finishedAt: createdAt,
    facts: { rows: 10, columns: 3 },
    result: { bucket: "bench", key: "result.json" },
    ...change,
  };
}

/** Pages one after another, following the cursor as a reader does who scrolls. */
async function jobsApi({ url, token }: Site, name: string, query: string): Promise<void> {
  const times: number[] = [];
  let cursor: string | undefined;
  for (let call = 0; call < CALLS + 10; call++) {
    const began = performance.now();
    const answer = await fetch(`${url}/api/jobs?${query}${cursor ? `&cursor=${cursor}` : ""}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = (await answer.json()) as { cursor?: string };
    if (!answer.ok) throw new Error(`The jobs API answers ${answer.status}: ${JSON.stringify(body)}`);
    // The first calls compile.
    if (call >= 10) times.push(performance.now() - began);
    cursor = body.cursor;
  }
  report.note(`jobs API, ${name}: median`, `${quantile(times, 0.5).toFixed(1)} ms`);
  report.add(`jobs API, ${name}: p99 of ${CALLS} pages`, quantile(times, 0.99), "ms", 50, "less");
}

async function listeners(site: Site, clients: Clients, table: string, runtime: number): Promise<void> {
  const heard = new Map<string, () => void>();
  const open = await Promise.all(
    Array.from({ length: LISTENERS }, (_, index) => listen(site, index === 0 ? heard : undefined)),
  );
  await pause(3_000);
  const pids = consolePids(runtime);
  const before = cpuMs(pids);
  const began = performance.now();
  await pause(IDLE_MS);
  const percent = ((cpuMs(pids) - before) / (performance.now() - began)) * 100;
  report.add(
    `${LISTENERS} idle listeners: CPU of the console's ${pids.length} tasks`,
    percent,
    "% of a core",
    5,
    "less",
  );

  const delays: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const job = jobOf(`live-${change}.csv`, 0, { status: "running", updatedAt: new Date().toISOString() });
    const told = new Promise<void>((resolve) => heard.set(job.jobId, resolve));
    const written = performance.now();
    await clients.dynamo.send(new PutCommand({ TableName: table, Item: tableItem(job) }));
    await told;
    delays.push(performance.now() - written);
    await clients.dynamo.send(
      new PutCommand({
        TableName: table,
        Item: tableItem({ ...job, status: "succeeded", updatedAt: new Date().toISOString() }),
      }),
    );
    await pause(137);
  }
  report.note("change in the table to listener: median", `${quantile(delays, 0.5).toFixed(0)} ms`);
  report.add("change in the table to listener: p95", quantile(delays, 0.95), "ms", 300, "less");
  for (const close of open) close();
}

/** @param heard by job id: called when it is told of */
function listen({ url, token }: Site, heard: Map<string, () => void> | undefined): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}/api/events`,
      { agent: false, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        if (response.statusCode !== 200)
          return reject(new Error(`The event stream answers ${response.statusCode}`));
        response.setEncoding("utf8").on("data", (text: string) => {
          for (const [, jobId = ""] of text.matchAll(/"jobId":"([0-9a-f]{64})"/g)) heard?.get(jobId)?.();
        });
        response.on("error", () => {});
        resolve(() => asked.destroy());
      },
    );
    asked.on("error", (error) => reject(error));
    asked.end();
  });
}

/** The console's processes, below the runtime's. */
function consolePids(runtime: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === runtime || isBelow(parent));
  };
  return [...parents.keys()].filter(
    (pid) =>
      isBelow(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("containers/console/main.ts"),
  );
}

/** CPU time that processes have used, user and system. Source: proc(5), fields 14 and 15. */
function cpuMs(pids: readonly number[]): number {
  const tick = 1_000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * tick;
  }, 0);
}
