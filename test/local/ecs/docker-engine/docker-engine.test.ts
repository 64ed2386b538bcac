import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { connectDocker, EngineUnreachableError } from "../../../../local/ecs/docker-engine/connect-docker.ts";
import { createDockerEngine } from "../../../../local/ecs/docker-engine/docker-engine.ts";
import type { ImageSource } from "../../../../local/ecs/process-engine/image-store.ts";
import { isFromWorkload } from "../../../../local/gateway/workload-connection.ts";
import { CLUSTER, type EcsServer, startEcsServer } from "../support/ecs-server.ts";
import { efsWithAccessPoint } from "../support/efs.ts";
import { container as anyContainer, eventually, logged, reached, register, run } from "../support/tasks.ts";

const connection = await connectDocker().catch((error: unknown) => {
  if (error instanceof EngineUnreachableError) return undefined;
  throw error;
});
const BASE = "public.ecr.aws/docker/library/node:24-bookworm-slim";
/** The first start of an image builds it. */
const TIMEOUT = 60_000;
const why = connection ? "" : " (skipped: no container engine answers)";

/** A shell is deaf to SIGTERM as a container's first process; nobody wants to wait for it. */
const container: typeof anyContainer = (image, more) => anyContainer(image, { stopTimeout: 1, ...more });

interface DockerServer extends EcsServer {
  readonly problems: string[];
  /** An asset whose command is a shell script, run by the image's unprivileged user. */
  script(name: string, text: string, dockerfile?: string): string;
}

async function startDockerServer(directory?: string): Promise<DockerServer> {
  if (!connection) throw new Error("no engine");
  const folder = directory ?? mkdtempSync(path.join(tmpdir(), "docker-"));
  const sources = new Map<string, ImageSource>();
  const problems: string[] = [];
  const images = { resolve: (uri: string) => sources.get(uri) };
  const engine = createDockerEngine({
    images,
    connection,
    directory: folder,
    log: (line) => problems.push(line),
  });
  const fileSystems = efsWithAccessPoint("fs-1", "fsap-1", { directory: path.join(folder, "efs") });
  const server = await startEcsServer({ images, engine, fileSystems }, folder);
  return {
    ...server,
    problems,
    script(name, text, dockerfile = "") {
      const contextDirectory = path.join(folder, "assets", name);
      mkdirSync(contextDirectory, { recursive: true });
      writeFileSync(path.join(contextDirectory, "main.sh"), text);
      writeFileSync(
        path.join(contextDirectory, "Dockerfile"),
        `FROM ${BASE}\nWORKDIR /app\nCOPY main.sh ./\nUSER node\n${dockerfile}\nENTRYPOINT ["sh", "main.sh"]\n`,
      );
      const uri = `000000000000.dkr.ecr.us-east-1.amazonaws.com/assets:${name}`;
      const hash = `test-${createHash("sha256").update(`${text}\0${dockerfile}`).digest("hex").slice(0, 16)}`;
      sources.set(uri, { contextDirectory, dockerfile: "Dockerfile", hash });
      return uri;
    },
  };
}

/** Containers of this test file's servers that are left, by the labels of a task. */
async function containersOf(taskArn: string) {
  const label = [`dev.longshore.task=${taskArn.split("/").at(-1)}`];
  return (await connection?.docker.listContainers({ all: true, filters: { label } })) ?? [];
}

async function ran(
  server: DockerServer,
  image: string,
  more: Partial<ContainerDefinition> = {},
  task: Partial<RegisterTaskDefinitionCommandInput> = {},
) {
  const taskArn = await run(server, await register(server, "docker", [container(image, more)], task));
  return { taskArn, task: await reached(server, taskArn, "STOPPED", TIMEOUT) };
}

afterAll(async () => {
  const images = (await connection?.docker.listImages()) ?? [];
  const own = images.filter(({ RepoTags }) => RepoTags?.some((tag) => tag.includes("longshore-asset:test-")));
  for (const { Id } of own) await connection?.docker.getImage(Id).remove({ force: true });
});

describe.skipIf(!connection)(`the Docker engine${why}`, { timeout: 2 * TIMEOUT }, () => {
  test("builds the asset, runs it as the image's user in its working directory, and logs both streams", async () => {
    await using server = await startDockerServer();
    const image = server.script(
      "hello",
      'echo "$GREETING $1 $(id -un) $(pwd)"; echo oops >&2; exit 3',
      "ENV GREETING=hi",
    );
    const { taskArn, task } = await ran(server, image, { command: ["there"] });
    expect(task).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 3 }] });
    expect(logged(server, taskArn).toSorted()).toEqual(["hi there node /app", "oops"]);
    expect(await containersOf(taskArn)).toEqual([]);
  });

  test("nothing is lost of much output, however quickly the container ends", async () => {
    await using server = await startDockerServer();
    const image = server.script("much", "seq 1 20000");
    const { taskArn } = await ran(server, image);
    const lines = logged(server, taskArn);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([20_000, "1", "20000"]);
  });

  test("memory past the hard limit is the kernel's to end", async () => {
    await using server = await startDockerServer();
    const image = server.script(
      "hog",
      "exec node -e 'const a = []; setInterval(() => a.push(Buffer.alloc(8e6, 1)), 5)'",
    );
    const { task } = await ran(server, image, { memory: 96 });
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
    });
  });

  test("containers that together use more than the task has lose the largest", async () => {
    await using server = await startDockerServer();
    const keep = (name: string, mebibytes: number) =>
      container(
        server.script(
          name,
          `exec node -e 'globalThis.kept = Buffer.alloc(${mebibytes} * 1048576, 1); setInterval(() => {}, 1000)'`,
        ),
        { name, essential: name === "large" },
      );
    const definition = await register(server, "pair", [keep("small", 200), keep("large", 300)]);
    const task = await reached(server, await run(server, definition), "STOPPED", TIMEOUT);
    expect(task.containers?.find(({ name }) => name === "large")).toMatchObject({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
  });

  test("StopTask sends SIGTERM, and SIGKILL after stopTimeout, which is no lack of memory", async () => {
    await using server = await startDockerServer();
    const loop = "echo up; while :; do sleep 0.1; done";
    const polite = server.script("polite", `trap "echo bye; exit 0" TERM; ${loop}`);
    const stubborn = server.script("stubborn", `trap "" TERM; ${loop}`);
    const stopped = async (image: string) => {
      const taskArn = await run(
        server,
        await register(server, "stop", [container(image, { stopTimeout: 1 })]),
      );
      await eventually("output", () => logged(server, taskArn).includes("up"), TIMEOUT);
      await server.client.send(new StopTaskCommand({ cluster: CLUSTER, task: taskArn }));
      const task = await reached(server, taskArn, "STOPPED", TIMEOUT);
      return { exit: task.containers?.[0], lines: logged(server, taskArn) };
    };
    expect(await stopped(polite)).toMatchObject({ exit: { exitCode: 0 }, lines: ["up", "bye"] });
    const { exit } = await stopped(stubborn);
    expect([exit?.exitCode, exit?.reason]).toEqual([137, undefined]);
  });

  test("kill -9 of a task is no lack of memory", async () => {
    await using server = await startDockerServer();
    const image = server.script("victim", "echo up; while :; do sleep 0.1; done");
    const taskArn = await run(server, await register(server, "victim", [container(image, { memory: 256 })]));
    await eventually("output", () => logged(server, taskArn).includes("up"), TIMEOUT);
    expect(server.ecs.killTask(taskArn)).toBe(true);
    const [exit] = (await reached(server, taskArn, "STOPPED", TIMEOUT)).containers ?? [];
    expect([exit?.exitCode, exit?.reason]).toEqual([137, undefined]);
  });

  test("a read-only root cannot be written to, a volume can, by another user too", async () => {
    await using server = await startDockerServer();
    const image = server.script(
      "write",
      "touch /app/x 2>/dev/null && echo wrote root; echo kept > /mnt/shared/file && id -u > /mnt/shared/user; cat /mnt/shared/*",
    );
    const { taskArn } = await ran(
      server,
      image,
      {
        readonlyRootFilesystem: true,
        user: "1234",
        mountPoints: [{ sourceVolume: "work", containerPath: "/mnt/shared" }],
      },
      {
        volumes: [
          {
            name: "work",
            efsVolumeConfiguration: {
              fileSystemId: "fs-1",
              authorizationConfig: { accessPointId: "fsap-1" },
            },
          },
        ],
      },
    );
    expect(logged(server, taskArn)).toEqual(["kept", "1234"]);
    const file = path.join(server.directory, "efs", "fs-1", "shared", "file");
    expect(readFileSync(file, "utf8")).toBe("kept\n");
  });

  test("health checks run inside the container", async () => {
    await using server = await startDockerServer();
    const image = server.script("health", "sleep 1; touch /tmp/ready; while :; do sleep 0.2; done");
    const taskArn = await run(
      server,
      await register(server, "health", [
        container(image, {
          healthCheck: { command: ["CMD-SHELL", "test -f /tmp/ready"], interval: 5, timeout: 2, retries: 1 },
        }),
      ]),
    );
    const task = await eventually(
      "a healthy task",
      async () => {
        const found = await reached(server, taskArn, "RUNNING", TIMEOUT);
        return found.healthStatus === "HEALTHY" && found;
      },
      TIMEOUT,
    );
    expect(task.containers?.[0]?.healthStatus).toBe("HEALTHY");
  });

  test("containers that listen on the same PORT run side by side, and reach the metadata endpoint", async () => {
    await using server = await startDockerServer();
    const image = server.script(
      "web",
      `exec node -e '
        fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + "/task").then((r) => r.json()).then((task) =>
          require("http").createServer((_, r) => r.end(task.TaskARN)).listen(process.env.PORT, process.env.HOST, () =>
            console.log(process.env.PORT)))'`,
      "ENV PORT=8080",
    );
    const definition = await register(server, "web", [
      container(image, { portMappings: [{ containerPort: 8080 }] }),
    ]);
    const tasks = await Promise.all([run(server, definition), run(server, definition)]);
    const ports = await Promise.all(
      tasks.map((taskArn) => eventually("port", () => logged(server, taskArn)[0], TIMEOUT)),
    );
    expect(new Set(ports).size).toBe(2);
    const answers = ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}`)).text());
    expect(await Promise.all(answers)).toEqual(tasks);
  });

  test("what a container sends is known as a workload's, so that made-up keys give it nothing", async () => {
    await using server = await startDockerServer();
    const asked = createServer((request, response) => response.end(String(isFromWorkload(request.socket))));
    await new Promise<void>((resolve) => asked.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void asked.close());
    const url = `http://127.0.0.1:${(asked.address() as AddressInfo).port}/`;
    const image = server.script(
      "ask",
      `exec node -e 'fetch("${url}").then((r) => r.text()).then(console.log)'`,
    );
    const { taskArn } = await ran(server, image);
    expect(logged(server, taskArn)).toEqual(["true"]);
    expect(await (await fetch(url)).text()).toBe("false");
  });

  test("CPU and memory in use are measured", async () => {
    await using server = await startDockerServer();
    const image = server.script(
      "busy",
      "exec node -e 'globalThis.kept = Buffer.alloc(100 * 1048576, 1); const end = Date.now() + 500; while (Date.now() < end); setInterval(() => {}, 1000); console.log(process.env.ECS_CONTAINER_METADATA_URI_V4)'",
    );
    const taskArn = await run(server, await register(server, "busy", [container(image)]));
    const uri = await eventually("output", () => logged(server, taskArn)[0], TIMEOUT);
    const stats = await eventually(
      "statistics",
      async () => {
        const found = (await (await fetch(`${uri}/stats`)).json()) as {
          memory_stats: { usage: number };
          cpu_stats: { cpu_usage: { total_usage: number } };
        };
        return found.memory_stats.usage > 100 * 1024 * 1024 && found;
      },
      TIMEOUT,
    );
    expect(stats.cpu_stats.cpu_usage.total_usage).toBeGreaterThan(50e6);
  });

  test("an image that cannot be built fails the task, and the log has the build's output", async () => {
    await using server = await startDockerServer();
    const image = server.script("broken", "true", "RUN echo before the fall && no-such-program");
    const { task } = await ran(server, image);
    expect(task).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotPullContainerError/),
    });
    expect(server.problems.join("\n")).toMatch(/before the fall/);
  });

  test("a stop while an image is being built does not wait for it", async () => {
    await using server = await startDockerServer();
    const image = server.script("slow", "true", "RUN sleep 30");
    const taskArn = await run(server, await register(server, "slow", [container(image)]));
    await eventually("the build", () => server.problems.some((line) => /building/.test(line)), TIMEOUT);
    const began = performance.now();
    await server.client.send(new StopTaskCommand({ cluster: CLUSTER, task: taskArn }));
    expect(await reached(server, taskArn, "STOPPED", TIMEOUT)).toMatchObject({ stopCode: "UserInitiated" });
    await server.ecs.stop();
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("a program that is not in the image fails the task", async () => {
    await using server = await startDockerServer();
    const image = server.script("program", "true");
    const { taskArn, task } = await ran(server, image, { entryPoint: ["/no/such/program"] });
    expect(task).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotStartContainerError/),
    });
    expect(await containersOf(taskArn)).toEqual([]);
  });

  test("a start removes what a killed runtime has left, and nobody else's containers", async () => {
    const mine = mkdtempSync(path.join(tmpdir(), "docker-mine-"));
    const first = await startDockerServer(mine);
    await using other = await startDockerServer();
    const forever = async (server: DockerServer) => {
      const image = server.script("forever", "echo up; while :; do sleep 0.2; done");
      const taskArn = await run(server, await register(server, "forever", [container(image)]));
      await eventually("output", () => logged(server, taskArn).includes("up"), TIMEOUT);
      return taskArn;
    };
    const [left, spared] = await Promise.all([forever(first), forever(other)]);
    if (!connection) throw new Error("no engine");
    const next = createDockerEngine({
      images: { resolve: () => undefined },
      connection,
      directory: mine,
      log: () => {},
    });
    await next.sweep();
    expect(await containersOf(left)).toEqual([]);
    expect(await containersOf(spared)).toHaveLength(1);
    await first[Symbol.asyncDispose]();
    rmSync(mine, { recursive: true, force: true });
  });
});

test("without an engine the start says where it looked and what to do", async () => {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = "unix:///no/such.sock";
  onTestFinished(() => {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  });
  await expect(connectDocker()).rejects.toThrow(EngineUnreachableError);
  await expect(connectDocker()).rejects.toThrow(/no\/such\.sock.*DOCKER_HOST/);
});
