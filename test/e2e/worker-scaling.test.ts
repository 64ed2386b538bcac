import { DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, expect, it } from "vitest";
import { BURST_STARTED_BY } from "../../functions/launch-workers/launch-workers.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { synthesizeWith } from "./support/synthesize.ts";
import { until } from "./support/until.ts";

/** A minute of alarms and cooldowns passes in a second. */
const SPEED = 60;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(name: string, settings: Record<string, string>): Promise<Runtime> {
  const assembly = synthesizeWith(name, settings);
  cleanUps.push(assembly.remove);
  const state = temporaryState();
  cleanUps.push(state.remove);
  const runtime = await startRuntime({
    assembly: assembly.directory,
    state: state.path,
    port: 0,
    consolePort: 0,
    speed: SPEED,
    log: () => {},
  });
  cleanUps.push(() => runtime.stop());
  return runtime;
}

async function workersOf(runtime: Runtime, clients: Clients) {
  const cluster = runtime.outputs.ClusterName;
  const service = runtime.outputs.WorkerServiceName ?? expect.fail("no output WorkerServiceName");
  const { services } = await clients.ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return { desired: services?.[0]?.desiredCount ?? -1, running: services?.[0]?.runningCount ?? -1 };
}

const upload = (runtime: Runtime, { s3 }: Clients, Key: string) =>
  s3.send(new PutObjectCommand({ Bucket: runtime.outputs.UploadsBucket, Key, Body: `k\n${Key}\n` }));

it("starts from zero at the first message and goes back to zero when there is nothing to do", async () => {
  const runtime = await start("from-zero", { minWorkers: "0", maximumBurst: "0" });
  const clients = adminClients(runtime.endpoint);
  expect(await workersOf(runtime, clients)).toEqual({ desired: 0, running: 0 });
  await upload(runtime, clients, "first.csv");
  const job = await finishedJob(clients, runtime.outputs.JobsTableName ?? "", "first.csv", 60_000);
  expect(job.status).toBe("succeeded");
  await until(
    "no worker is left",
    async () => {
      const { desired, running } = await workersOf(runtime, clients);
      return desired === 0 && running === 0;
    },
    90_000,
  );
});

it("meets a burst with burst workers while the service scales too, and both are gone when it is over", async () => {
  // One message is taken for two seconds of work and may wait for ten: 60 make work for twelve workers.
  const runtime = await start("burst", {
    minWorkers: "1",
    maxWorkers: "2",
    acceptableLatencySeconds: "10",
    secondsPerMessage: "2",
    burstFactor: "2",
    maximumBurst: "3",
    workerConcurrency: "1",
  });
  const clients = adminClients(runtime.endpoint);
  const cluster = runtime.outputs.ClusterName;
  const keys = Array.from({ length: 400 }, (_, index) => `burst-${index}.csv`);
  for (let index = 0; index < keys.length; index += 20) {
    await Promise.all(keys.slice(index, index + 20).map((key) => upload(runtime, clients, key)));
  }
  const burst = await until(
    "burst workers were started",
    async () => {
      const { taskArns = [] } = await clients.ecs.send(
        new ListTasksCommand({ cluster, startedBy: BURST_STARTED_BY }),
      );
      return taskArns.length > 0 && taskArns;
    },
    60_000,
  );
  expect(burst.length).toBeLessThanOrEqual(3);
  const jobs = await until(
    "every object has its result",
    async () => {
      const all = await allJobs(clients, runtime.outputs.JobsTableName ?? "");
      return all.filter(({ status }) => status === "succeeded").length === keys.length && all;
    },
    120_000,
    500,
  );
  expect(jobs).toHaveLength(keys.length);
  // Burst workers leave by themselves, in peace; the service goes back to what it was.
  await until(
    "the burst workers have left",
    async () => {
      const { taskArns = [] } = await clients.ecs.send(
        new ListTasksCommand({ cluster, startedBy: BURST_STARTED_BY }),
      );
      return taskArns.length === 0;
    },
    120_000,
    500,
  );
  const { tasks = [] } = await clients.ecs.send(new DescribeTasksCommand({ cluster, tasks: burst }));
  for (const task of tasks) {
    expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 0 }] });
  }
  await until(
    "the service is back at one worker",
    async () => (await workersOf(runtime, clients)).desired === 1,
    60_000,
  );
}, 400_000);
