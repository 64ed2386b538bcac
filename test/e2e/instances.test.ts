import {
  DeleteServiceCommand,
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { askAutoScaling, onlyGroup } from "../local/autoscaling-groups/ask-autoscaling.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { synthesizeWith } from "./support/synthesize.ts";
import { until } from "./support/until.ts";

/** A minute of managed scaling passes in half a second. */
const SPEED = 120;

/** The app on instances of four vCPUs, which four workers fill; always five workers. */
describe("compute: ec2", () => {
  let runtime: Runtime;
  let clients: Clients;
  const cleanUps: (() => unknown)[] = [];
  const uploaded: string[] = [];

  beforeAll(async () => {
    const assembly = synthesizeWith("instances", {
      compute: "ec2",
      minWorkers: "5",
      maxWorkers: "5",
      maximumBurst: "0",
    });
    cleanUps.push(assembly.remove);
    const state = temporaryState();
    cleanUps.push(state.remove);
    runtime = await startRuntime({
      assembly: assembly.directory,
      state: state.path,
      port: 0,
      consolePort: 0,
      speed: SPEED,
      log: () => {},
    });
    cleanUps.push(() => runtime.stop());
    clients = adminClients(runtime.endpoint);
  }, 120_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  const cluster = () => runtime.outputs.ClusterName;
  const service = () => runtime.outputs.WorkerServiceName ?? "";
  const upload = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const Key = `on-instances-${uploaded.length}.csv`;
      await clients.s3.send(
        new PutObjectCommand({ Bucket: runtime.outputs.UploadsBucket, Key, Body: `k\n${Key}\n` }),
      );
      uploaded.push(Key);
    }
  };

  async function instances() {
    const { containerInstanceArns = [] } = await clients.ecs.send(
      new ListContainerInstancesCommand({ cluster: cluster() }),
    );
    if (containerInstanceArns.length === 0) return [];
    const { containerInstances = [] } = await clients.ecs.send(
      new DescribeContainerInstancesCommand({
        cluster: cluster(),
        containerInstances: containerInstanceArns,
      }),
    );
    return containerInstances;
  }

  /** Workers that run, with the instance of each. */
  async function workers() {
    const { taskArns = [] } = await clients.ecs.send(
      new ListTasksCommand({ cluster: cluster(), serviceName: service(), desiredStatus: "RUNNING" }),
    );
    if (taskArns.length === 0) return [];
    const { tasks = [] } = await clients.ecs.send(
      new DescribeTasksCommand({ cluster: cluster(), tasks: taskArns }),
    );
    return tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  }

  const running = (count: number) =>
    until(
      `${count} workers run`,
      async () => {
        const all = await workers();
        return all.length === count && all;
      },
      60_000,
      100,
    );

  const zoneOf = async (containerInstanceArn: string | undefined) =>
    (await instances())
      .find((one) => one.containerInstanceArn === containerInstanceArn)
      ?.attributes?.find(({ name }) => name === "ecs.availability-zone")?.value;

  it("starts instances for workers that wait, spreads them over zones, and does the queue's jobs there", async () => {
    const all = await running(5);
    const hosts = new Set(all.map(({ containerInstanceArn }) => containerInstanceArn));
    expect(hosts.size).toBe(2);
    expect(new Set(await Promise.all([...hosts].map(zoneOf))).size).toBe(2);
    expect(await onlyGroup(runtime.endpoint)).toMatchObject({ DesiredCapacity: "2", MinSize: "0" });
    await upload(5);
    const job = await finishedJob(clients, runtime.outputs.JobsTableName ?? "", uploaded[0] ?? "");
    expect(job).toMatchObject({ status: "succeeded", lane: "pooled" });
    expect(all.map(({ taskArn }) => taskArn)).toContain(job.taskArn);
  });

  it("gives a large object a task of its own on an instance", async () => {
    const Body = `id,value\n${Array.from({ length: 600_000 }, (_, i) => `${i},${i % 97}`).join("\n")}\n`;
    await clients.s3.send(
      new PutObjectCommand({ Bucket: runtime.outputs.UploadsBucket, Key: "large.csv", Body }),
    );
    const job = await finishedJob(clients, runtime.outputs.JobsTableName ?? "", "large.csv", 60_000);
    expect(job).toMatchObject({ status: "succeeded", lane: "dedicated" });
    const task = await until("its task has stopped", async () => {
      const { tasks } = await clients.ecs.send(
        new DescribeTasksCommand({ cluster: cluster(), tasks: [job.taskArn ?? ""] }),
      );
      return tasks?.[0]?.lastStatus === "STOPPED" && tasks[0];
    });
    expect(task).toMatchObject({ launchType: "EC2", containers: [{ exitCode: 0 }] });
  });

  it("drains an instance that has to go: its workers move, and no job is lost", async () => {
    const [leaving] = await running(5);
    const { ec2InstanceId } =
      (await instances()).find(
        ({ containerInstanceArn }) => containerInstanceArn === leaving?.containerInstanceArn,
      ) ?? {};
    const uploads = upload(40);
    await askAutoScaling(runtime.endpoint, "TerminateInstanceInAutoScalingGroup", {
      InstanceId: ec2InstanceId ?? "",
      ShouldDecrementDesiredCapacity: "false",
    });
    const gone = async () => (await instances()).every((one) => one.ec2InstanceId !== ec2InstanceId);
    await until("the instance is gone", gone, 60_000, 200);
    await uploads;
    await running(5);
    const { tasks } = await clients.ecs.send(
      new DescribeTasksCommand({ cluster: cluster(), tasks: [leaving?.taskArn ?? ""] }),
    );
    expect(tasks?.[0]).toMatchObject({
      stopCode: "ServiceSchedulerInitiated",
      containers: [{ exitCode: 0 }],
    });
    const finished = async () => {
      const jobs = await allJobs(clients, runtime.outputs.JobsTableName ?? "");
      const done = jobs.filter(({ status, lane }) => status === "succeeded" && lane === "pooled");
      return done.length === uploaded.length;
    };
    await until("every object has its result", finished, 60_000, 200);
  });

  it("lets all instances go when nothing runs on them", async () => {
    await clients.ecs.send(new DeleteServiceCommand({ cluster: cluster(), service: service(), force: true }));
    // Fifteen low minutes of the runtime's clock.
    await until("no instance is left", async () => (await instances()).length === 0, 60_000, 200);
    expect((await onlyGroup(runtime.endpoint)).DesiredCapacity).toBe("0");
  }, 90_000);
});
