/**
 * The check's workload on the running local system: 2,000 objects at once, workers that start in 35 s of the runtime's time
 * and take an object at a time. Writes bench/scale/check/recorded.json, which docs/scale.md compares the simulation with.
 *
 *   npm run bench:scale:check
 *
 * It takes some minutes and up to ten processes, which mostly wait; nothing else should run meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeServicesCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { JobItem } from "../../../events/jobs/job.ts";
import { BURST_STARTED_BY } from "../../../functions/launch-workers/launch-workers.ts";
import { startRuntime } from "../../../local/runtime.ts";
import { adminClients, allJobs } from "../../../test/e2e/support/clients.ts";
import { synthesizeWith } from "../../../test/e2e/support/synthesize.ts";
import { quantile } from "../../support/report.ts";
import { RECORD_FILE, type Recorded } from "./recorded.ts";

const OBJECTS = 2_000;
const SPEED = 10;
const START_SECONDS = 35;
/** Real milliseconds that each object's read is held up: work that needs no CPU, as there are but few here. */
const READ_MS = 1_000;
const SETTINGS = {
  minWorkers: 1,
  maxWorkers: 4,
  maximumBurst: 4,
  acceptableLatencySeconds: 60,
  secondsPerMessage: 12,
  burstFactor: 5,
  workerConcurrency: 1,
};
/** Until a worker's process asks for its first message, in the runtime's time; it is part of the start in the simulation. */
const BOOT_SECONDS = 10;
const LONGEST_MS = 20 * 60_000;

const assembly = synthesizeWith(
  "scale-check",
  Object.fromEntries(Object.entries(SETTINGS).map(([name, value]) => [name, String(value)])),
);
const state = mkdtempSync(join(tmpdir(), "longshore-check-"));
const read = { service: "s3", operation: "GetObject", caller: "role" } as const;
const runtime = await startRuntime({
  assembly: assembly.directory,
  state,
  port: 0,
  consolePort: 0,
  speed: SPEED,
  fargateStartSeconds: START_SECONDS,
  faults: {
    seed: 1,
    faults: [{ kind: "api-latency", ...read, milliseconds: READ_MS, probability: 1, skip: 0 }],
  },
  log: () => {},
});
try {
  const result = await measure();
  writeFileSync(RECORD_FILE, `${JSON.stringify(result)}\n`);
  console.log(
    `p50 ${quantile(result.times, 0.5).toFixed(0)} s, p95 ${quantile(result.times, 0.95).toFixed(0)} s`,
  );
} finally {
  await runtime.stop();
  rmSync(state, { recursive: true, force: true });
  assembly.remove();
}

async function measure(): Promise<Recorded> {
  const clients = adminClients(runtime.endpoint);
  const { UploadsBucket, JobsTableName = "", ClusterName, WorkerServiceName = "" } = runtime.outputs;
  const until = Date.now() + LONGEST_MS;
  // The first worker is there before the first object, as in a system that has been running.
  while ((await running()).service < SETTINGS.minWorkers) await sleep(200);
  await sleep(5_000);
  const began = Date.now();
  const uploadedAt = new Map<string, number>();
  const waiting = Array.from({ length: OBJECTS }, (_, index) => `check-${index}.txt`);
  const upload = async () => {
    for (let key = waiting.shift(); key; key = waiting.shift()) {
      await clients.s3.send(new PutObjectCommand({ Bucket: UploadsBucket, Key: key, Body: `${key}\n` }));
      uploadedAt.set(key, Date.now());
    }
  };
  const uploading = Promise.all(Array.from({ length: 8 }, upload));
  const workers: [number, number][] = [];
  let jobs: JobItem[] = [];
  for (let look = 0; Date.now() < until; look++) {
    const { service, burst } = await running();
    workers.push([inSeconds(Date.now() - began), service + burst]);
    if (look % 20 === 19) jobs = await doneJobs();
    if (jobs.length === OBJECTS) break;
    await sleep(1_000);
  }
  await uploading;
  const done = jobs.toSorted((a, b) => (uploadedAt.get(a.key) ?? 0) - (uploadedAt.get(b.key) ?? 0));
  const ends = done.map((job) => Date.parse(job.finishedAt ?? ""));
  const kept = serviceTimes(done);
  const last = inSeconds(Math.max(...ends) - began);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, Node.js ${process.version}`,
    loadAverage: Number(loadavg()[1]?.toFixed(1)),
    speed: SPEED,
    settings: SETTINGS,
    startSeconds: START_SECONDS,
    bootSeconds: BOOT_SECONDS,
    uploads: done.map((job) => inSeconds((uploadedAt.get(job.key) ?? 0) - began)),
    service: done.map((job) => inSeconds(kept.get(job.key) ?? 0)),
    times: done.map((job, index) => inSeconds((ends[index] ?? 0) - (uploadedAt.get(job.key) ?? 0))),
    workers,
    taskSeconds: Math.round(area(workers.filter(([at]) => at <= last))),
  };

  async function running() {
    const { services = [] } = await clients.ecs.send(
      new DescribeServicesCommand({ cluster: ClusterName, services: [WorkerServiceName] }),
    );
    const { taskArns = [] } = await clients.ecs.send(
      new ListTasksCommand({ cluster: ClusterName, startedBy: BURST_STARTED_BY, desiredStatus: "RUNNING" }),
    );
    return { service: services[0]?.runningCount ?? 0, burst: taskArns.length };
  }

  async function doneJobs(): Promise<JobItem[]> {
    return (await allJobs(clients, JobsTableName)).filter(({ status }) => status === "succeeded");
  }
}

/** Real milliseconds to the runtime's seconds. */
function inSeconds(ms: number): number {
  return Number(((ms * SPEED) / 1_000).toFixed(1));
}

/** Milliseconds that each object kept its worker, by key: since its worker's last end, or since it began where it was the first. */
function serviceTimes(jobs: readonly JobItem[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const own of Map.groupBy(jobs, ({ taskArn }) => taskArn ?? "").values()) {
    let before = 0;
    for (const { key, startedAt = "", finishedAt = "" } of own.toSorted(byEnd)) {
      const end = Date.parse(finishedAt);
      times.set(key, end - (before || Date.parse(startedAt)));
      before = end;
    }
  }
  return times;
}

function byEnd(a: JobItem, b: JobItem): number {
  return (a.finishedAt ?? "") < (b.finishedAt ?? "") ? -1 : 1;
}

/** Under steps. */
function area(points: readonly (readonly [number, number])[]): number {
  return points.reduce((sum, [at, count], index) => {
    const next = points[index + 1]?.[0] ?? at;
    return sum + count * (next - at);
  }, 0);
}
