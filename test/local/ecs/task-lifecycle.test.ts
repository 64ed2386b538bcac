import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { processTable } from "../../../local/ecs/process-engine/process-table.ts";
import { CLUSTER, startEcsServer } from "./support/ecs-server.ts";
import { efsWithAccessPoint } from "./support/efs.ts";
import {
  AWSLOGS,
  container,
  describe as describeTask,
  detailsOf,
  eventually,
  logged,
  reached,
  register,
  run,
  shellImage,
} from "./support/tasks.ts";

const FOREVER = "echo up\nwhile :; do sleep 0.05; done";

test("containers start in the order of dependsOn and stop in the reverse order", async () => {
  await using server = await startEcsServer();
  const script = (name: string) => `trap "sleep 0.2; echo ${name} down; exit 0" TERM\n${FOREVER}`;
  const definition = await register(server, "order", [
    container(shellImage(server, "setup", "echo setting up; exit 0"), { name: "setup", essential: false }),
    container(shellImage(server, "proxy", script("proxy")), {
      name: "proxy",
      dependsOn: [{ containerName: "setup", condition: "SUCCESS" }],
    }),
    container(shellImage(server, "main", script("main")), {
      dependsOn: [{ containerName: "proxy", condition: "START" }],
    }),
  ]);
  const taskArn = await run(server, definition);
  await reached(server, taskArn, "RUNNING");
  await expect
    .poll(() => [logged(server, taskArn, "main"), logged(server, taskArn, "proxy")])
    .toEqual([["up"], ["up"]]);
  const started = (await describeTask(server, taskArn)).containers ?? [];
  expect(started.map(({ lastStatus, exitCode }) => [lastStatus, exitCode])).toEqual([
    ["STOPPED", 0],
    ["RUNNING", undefined],
    ["RUNNING", undefined],
  ]);
  await server.ecs.stop();
  expect(server.output.slice(-2)).toEqual(["main down", "proxy down"]);
  expect(server.events.at(-1)?.detail).toMatchObject({
    lastStatus: "STOPPED",
    stopCode: "InfrastructureHealth",
  });
});

test("a Fargate task takes the time to start that was asked for, and can be stopped meanwhile", async () => {
  await using server = await startEcsServer({ fargateStartSeconds: 1.5 });
  const definition = await register(server, "slow", [container(shellImage(server, "slow", FOREVER))]);
  const [taskArn, stopped] = [await run(server, definition), await run(server, definition)];
  await reached(server, stopped, "PENDING");
  await server.client.send(new StopTaskCommand({ cluster: CLUSTER, task: stopped }));
  expect(await reached(server, stopped, "STOPPED")).toMatchObject({ stopCode: "UserInitiated" });
  expect((await describeTask(server, taskArn)).lastStatus).toBe("PENDING");
  const { pullStartedAt, startedAt } = await reached(server, taskArn, "RUNNING");
  expect(Number(startedAt) - Number(pullStartedAt)).toBeGreaterThanOrEqual(1_500);
});

test("a task that is killed while it starts does not outlive its start", async () => {
  await using server = await startEcsServer({ fargateStartSeconds: 0.5 });
  const definition = await register(server, "early", [container(shellImage(server, "early", FOREVER))]);
  const taskArn = await run(server, definition);
  await reached(server, taskArn, "PENDING");
  expect(server.ecs.killTask(taskArn)).toBe(true);
  const { containers } = await reached(server, taskArn, "STOPPED");
  expect(containers?.[0]?.exitCode).toBe(137);
});

test("a dependency that does not succeed fails the task", async () => {
  await using server = await startEcsServer();
  const definition = await register(server, "dependency", [
    container(shellImage(server, "setup", "exit 4"), { name: "setup", essential: false }),
    container(shellImage(server, "main", FOREVER), {
      dependsOn: [{ containerName: "setup", condition: "SUCCESS" }],
    }),
  ]);
  const task = await reached(server, await run(server, definition), "STOPPED");
  expect(task).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: "Container dependency failed: setup exited with 4",
  });
});

test("a container that is not essential may end; an essential one ends the task", async () => {
  await using server = await startEcsServer();
  const definition = await register(server, "essential", [
    container(shellImage(server, "extra", "exit 7"), { name: "extra", essential: false }),
    container(shellImage(server, "main", "sleep 0.4; kill -s SEGV $$")),
  ]);
  const taskArn = await run(server, definition);
  const task = await reached(server, taskArn, "STOPPED");
  expect(task.containers?.map(({ exitCode }) => exitCode)).toEqual([7, 139]);
  const running = detailsOf(server, taskArn).filter(({ lastStatus }) => lastStatus === "RUNNING");
  expect(running.at(-1)).toMatchObject({
    containers: [{ exitCode: 7, lastStatus: "STOPPED" }, { lastStatus: "RUNNING" }],
  });
});

test("a health check decides whether a container is healthy, and HEALTHY waits for it", async () => {
  await using server = await startEcsServer();
  const main = shellImage(server, "main", "echo ready");
  const definition = await register(server, "health", [
    container(shellImage(server, "side", `touch "$TMPDIR/ok"\n${FOREVER}`), {
      name: "side",
      healthCheck: { command: ["CMD-SHELL", 'test -f "$TMPDIR/ok"'], interval: 5, retries: 1, timeout: 2 },
    }),
    container(main, { dependsOn: [{ containerName: "side", condition: "HEALTHY" }] }),
  ]);
  const taskArn = await run(server, definition);
  const task = await reached(server, taskArn, "STOPPED", 15_000);
  expect(task).toMatchObject({ stopCode: "EssentialContainerExited", healthStatus: "HEALTHY" });
  expect(logged(server, taskArn)).toEqual(["ready"]);
});

test("memory past the hard limit kills the container, its children counted", async () => {
  await using server = await startEcsServer();
  const hog = `node -e 'const a = []; setInterval(() => a.push(Buffer.alloc(8e6, 1)), 5)' & wait`;
  const definition = await register(server, "hog", [
    container(shellImage(server, "hog", hog), { memory: 128 }),
  ]);
  const task = await reached(server, await run(server, definition), "STOPPED", 15_000);
  expect(task).toMatchObject({
    stopCode: "EssentialContainerExited",
    containers: [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
  });
});

test("a container's processes end with it, those too that left its process group", async () => {
  await using server = await startEcsServer();
  const escaping = 'setsid sh -c "echo \\$\\$ > $TMPDIR/pid; sleep 600" &\nsleep 0.6; cat "$TMPDIR/pid"';
  const definition = await register(server, "escape", [container(shellImage(server, "escape", escaping))]);
  const taskArn = await run(server, definition);
  await reached(server, taskArn, "STOPPED");
  const [pid] = logged(server, taskArn);
  expect(Number(pid)).toBeGreaterThan(1);
  await expect.poll(() => isRunning(Number(pid))).toBe(false);
  expect(
    existsSync(path.join(server.directory, "ecs", "tasks"))
      ? readdirSync(path.join(server.directory, "ecs", "tasks"))
      : [],
  ).toEqual([]);
});

test("a Spot interruption warns, sends SIGTERM and stops the task", async () => {
  await using server = await startEcsServer();
  const definition = await register(server, "spot", [
    container(shellImage(server, "spot", `trap "echo saved; exit 0" TERM\n${FOREVER}`)),
  ]);
  const taskArn = await run(server, definition, {
    launchType: undefined,
    capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  });
  await eventually("output", () => logged(server, taskArn).includes("up"));
  expect(server.ecs.interruptSpot(taskArn)).toBe(true);
  await reached(server, taskArn, "STOPPED");
  const details = detailsOf(server, taskArn);
  expect(details.find(({ desiredStatus }) => desiredStatus === "STOPPED")).toMatchObject({
    lastStatus: "RUNNING",
    stopCode: "TerminationNotice",
    capacityProviderName: "FARGATE_SPOT",
  });
  expect(details.at(-1)).toMatchObject({ lastStatus: "STOPPED", stopCode: "SpotInterruption" });
  expect(logged(server, taskArn)).toEqual(["up", "saved"]);
  expect(server.ecs.interruptSpot(taskArn)).toBe(false);
});

test("a missing log group, a missing secret or a missing program fails the task to start", async () => {
  await using server = await startEcsServer({
    secrets: {
      resolve: async (valueFrom) =>
        valueFrom === "known" ? "s3cret" : Promise.reject(new Error("AccessDenied")),
    },
  });
  const image = shellImage(server, "secret", 'echo "$PASSWORD"');
  const secret = (valueFrom: string) => ({ secrets: [{ name: "PASSWORD", valueFrom }] });
  const reasonOf = async (family: string, ...more: Parameters<typeof container>) => {
    const taskArn = await run(server, await register(server, family, [container(...more)]));
    return { taskArn, task: await reached(server, taskArn, "STOPPED") };
  };
  const noGroup = await reasonOf("a", image, {
    logConfiguration: { ...AWSLOGS, options: { ...AWSLOGS.options, "awslogs-group": "absent" } },
  });
  expect(noGroup.task.stoppedReason).toMatch(
    /^ResourceInitializationError: .*log group does not exist: absent/,
  );
  const noSecret = await reasonOf("b", image, secret("unknown"));
  expect(noSecret.task.stoppedReason).toMatch(/^ResourceInitializationError: .*unknown: AccessDenied/);
  const noProgram = await reasonOf("c", image, { entryPoint: ["no-such-program"] });
  expect(noProgram.task).toMatchObject({
    stopCode: "TaskFailedToStart",
    containers: [
      { reason: expect.stringMatching(/^CannotStartContainerError: .*no-such-program.*not found/) },
    ],
  });
  const good = await reasonOf("d", image, secret("known"));
  expect(logged(server, good.taskArn)).toEqual(["s3cret"]);
  const created = await reasonOf("e", image, {
    logConfiguration: {
      ...AWSLOGS,
      options: { ...AWSLOGS.options, "awslogs-group": "new", "awslogs-create-group": "true" },
    },
  });
  expect(created.task.stopCode).toBe("EssentialContainerExited");
  expect(server.logs.has("new")).toBe(true);
});

test("EFS volumes outlive tasks and are found at their container path", async () => {
  await using server = await startEcsServer({ fileSystems: efsWithAccessPoint("fs-1", "fsap-1") });
  const image = shellImage(
    server,
    "efs",
    'cat "$CHECKPOINTS/last" 2>/dev/null || echo first; echo second > "$CHECKPOINTS/last"; cat "$1"',
  );
  const definition = await register(
    server,
    "efs",
    [
      container(image, {
        command: ["/mnt/shared/last"],
        environment: [{ name: "CHECKPOINTS", value: "/mnt/shared" }],
        mountPoints: [{ sourceVolume: "work", containerPath: "/mnt/shared" }],
      }),
    ],
    {
      volumes: [
        {
          name: "work",
          efsVolumeConfiguration: {
            fileSystemId: "fs-1",
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" },
          },
        },
      ],
    },
  );
  const outputs: string[][] = [];
  for (let count = 0; count < 2; count += 1) {
    const taskArn = await run(server, definition);
    await reached(server, taskArn, "STOPPED");
    outputs.push(logged(server, taskArn));
  }
  expect(outputs).toEqual([
    ["first", "second"],
    ["second", "second"],
  ]);
});

test("containers that listen on the same PORT run side by side, each on a port of its own", async () => {
  await using server = await startEcsServer();
  const image = server.image("web", {
    Dockerfile: "FROM node:24\nENV PORT=8080\nCOPY main.ts /srv/\nCMD node /srv/main.ts\n",
    "main.ts":
      'import { createServer } from "node:http"; const s = createServer((_, r) => r.end("here")); s.listen(Number(process.env.PORT), () => console.log(s.address().port));',
  });
  const definition = await register(server, "web", [
    container(image, { portMappings: [{ containerPort: 8080 }] }),
  ]);
  const tasks = await Promise.all([run(server, definition), run(server, definition)]);
  const ports = await Promise.all(
    tasks.map((taskArn) => eventually("port", () => logged(server, taskArn)[0])),
  );
  expect(new Set(ports).size).toBe(2);
  for (const port of ports) expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("here");
});

async function isRunning(pid: number): Promise<boolean> {
  return (await processTable()).some((entry) => entry.pid === pid && !entry.zombie);
}
