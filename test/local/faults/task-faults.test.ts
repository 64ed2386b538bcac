import { DatabaseSync } from "node:sqlite";
import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { createClock } from "../../../local/clock.ts";
import type { EcsEvent } from "../../../local/ecs/options.ts";
import { createFaults, type Faults } from "../../../local/faults/faults.ts";
import { parseScenario, type ScenarioInput } from "../../../local/faults/scenario.ts";
import { CLUSTER, type EcsServer, NETWORK, startEcsServer } from "../ecs/support/ecs-server.ts";
import {
  container,
  detailsOf,
  eventually,
  logged,
  reached,
  register,
  run,
  shellImage,
} from "../ecs/support/tasks.ts";

const FOREVER = 'trap "echo saved; exit 0" TERM\necho up\nwhile :; do sleep 0.05; done';
const SPOT = {
  launchType: undefined,
  capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
};

/** ECS with faults, as the runtime wires them. */
async function startFaultyEcs(...faults: ScenarioInput["faults"]): Promise<EcsServer & { faults: Faults }> {
  const events: EcsEvent[] = [];
  const made = createFaults({
    database: new DatabaseSync(":memory:"),
    clock: createClock(),
    tasks: {
      interruptSpot: (taskArn) => server.ecs.interruptSpot(taskArn),
      killTask: (taskArn) => server.ecs.killTask(taskArn),
      running: () => server.ecs.running(),
    },
    killInstance: () => false,
    showAgain: () => {},
  });
  const server: EcsServer = await startEcsServer({
    faults: made,
    publish: (event) => {
      events.push(event);
      made.onEcsEvent(event);
    },
  });
  if (faults.length > 0) made.arm(parseScenario({ seed: 1, faults }, "the test"));
  return {
    ...server,
    events,
    faults: made,
    async [Symbol.asyncDispose]() {
      made.stop();
      await server[Symbol.asyncDispose]();
    },
  };
}

test("a Spot interruption takes tasks on Spot, and no others", async () => {
  await using server = await startFaultyEcs({ kind: "spot-interruption", id: "spot", delaySeconds: 0.2 });
  const definition = await register(server, "work", [container(shellImage(server, "work", FOREVER))]);
  const spot = await run(server, definition, SPOT);
  const onDemand = await run(server, definition);
  expect(await reached(server, spot, "STOPPED")).toMatchObject({
    stopCode: "SpotInterruption",
    containers: [{ exitCode: 0 }],
  });
  expect(logged(server, spot)).toEqual(["up", "saved"]);
  const warning = detailsOf(server, spot).find(({ stopCode }) => stopCode === "TerminationNotice");
  expect(warning).toMatchObject({ lastStatus: "RUNNING", desiredStatus: "STOPPED" });
  expect(await reached(server, onDemand, "RUNNING")).toMatchObject({ desiredStatus: "RUNNING" });
  expect(server.faults.injections()).toMatchObject([
    { faultId: "spot", kind: "spot-interruption", target: spot, detail: { family: "work" } },
  ]);
});

test("kill -9 strikes the family that it names, once, and gives the container no time", async () => {
  await using server = await startFaultyEcs({
    kind: "task-kill",
    family: "victim",
    times: 1,
    delaySeconds: 0.3,
  });
  const image = shellImage(server, "work", FOREVER);
  const other = await run(server, await register(server, "other", [container(image)]));
  const definition = await register(server, "victim", [container(image)]);
  const killed = await run(server, definition);
  expect(await reached(server, killed, "STOPPED")).toMatchObject({
    stopCode: "EssentialContainerExited",
    containers: [{ exitCode: 137 }],
  });
  expect(logged(server, killed)).toEqual(["up"]);
  const spared = await run(server, definition);
  await reached(server, spared, "RUNNING");
  await reached(server, other, "RUNNING");
  expect(server.faults.injections().map(({ target }) => target)).toEqual([killed]);
});

test("a fault that names a task strikes one that runs already", async () => {
  await using server = await startFaultyEcs();
  const definition = await register(server, "work", [container(shellImage(server, "work", FOREVER))]);
  const task = await run(server, definition);
  await eventually("output", () => logged(server, task).includes("up"));
  server.faults.arm(parseScenario({ faults: [{ kind: "task-kill", task }] }, "the test"));
  expect(await reached(server, task, "STOPPED")).toMatchObject({ containers: [{ exitCode: 137 }] });
});

test("a task that has ended by itself before its time is not on record", async () => {
  await using server = await startFaultyEcs({ kind: "task-kill", delaySeconds: 0.5 });
  const definition = await register(server, "short", [container(shellImage(server, "short", "sleep 0.1"))]);
  const first = await run(server, definition);
  expect(await reached(server, first, "STOPPED")).toMatchObject({ containers: [{ exitCode: 0 }] });
  const long = await run(
    server,
    await register(server, "long", [container(shellImage(server, "l", FOREVER))]),
  );
  await reached(server, long, "STOPPED");
  expect(server.faults.injections().map(({ target }) => target)).toEqual([long]);
});

test("an image that cannot be pulled fails the task to start, in ECS's words", async () => {
  await using server = await startFaultyEcs({ kind: "image-pull-error", container: "side", times: 1 });
  const image = shellImage(server, "work", "echo fine");
  const definition = await register(server, "pair", [container(image), container(image, { name: "side" })]);
  const failed = await run(server, definition);
  expect(await reached(server, failed, "STOPPED")).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: expect.stringMatching(/^CannotPullContainerError: pull image manifest .*not found/),
  });
  const again = await run(server, definition);
  expect(await reached(server, again, "STOPPED")).toMatchObject({ stopCode: "EssentialContainerExited" });
  expect(server.faults.injections()).toMatchObject([
    { target: failed, detail: { family: "pair", container: "side", image } },
  ]);
});

test("RunTask answers with failures in the place of tasks, and a retry with its token starts them", async () => {
  await using server = await startFaultyEcs({
    kind: "run-task-failure",
    reason: "RESOURCE:ENI",
    capacityProvider: "FARGATE_SPOT",
    times: 3,
  });
  const definition = await register(server, "work", [container(shellImage(server, "work", "true"))]);
  const call = (count: number) =>
    server.client.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition: definition,
        networkConfiguration: NETWORK,
        count,
        clientToken: `job-${count}`,
        capacityProviderStrategy: SPOT.capacityProviderStrategy,
      }),
    );
  const none = await call(1);
  expect([none.tasks, none.failures]).toMatchObject([[], [{ reason: "RESOURCE:ENI" }]]);
  const some = await call(4);
  expect([some.tasks?.length, some.failures?.length]).toEqual([2, 2]);
  const again = await call(1);
  expect([again.tasks?.length, again.failures]).toEqual([1, []]);
  expect(server.faults.injections()).toHaveLength(3);
});
