import { ListTasksCommand, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { CLUSTER, NETWORK, startEcsServer } from "./support/ecs-server.ts";
import {
  container,
  describe as describeTask,
  detailsOf,
  logged,
  reached,
  register,
  run,
  shellImage,
} from "./support/tasks.ts";

test("a task runs the image's command as a process and every change of it is an event", async () => {
  await using server = await startEcsServer();
  const image = server.image("hello", {
    Dockerfile:
      'FROM node:24\nENV GREETING=hello\nWORKDIR /app\nCOPY main.ts ./\nENTRYPOINT ["node", "main.ts"]\nCMD ["world"]\n',
    "main.ts":
      "console.log(process.env.GREETING, process.argv[2], process.env.WHO, import.meta.filename === process.argv[1]); process.exit(3)",
  });
  const definition = await register(server, "hello", [
    container(image, { environment: [{ name: "WHO", value: "definition" }] }),
  ]);
  const taskArn = await run(server, definition, {
    overrides: { containerOverrides: [{ name: "main", environment: [{ name: "WHO", value: "override" }] }] },
    startedBy: "a test",
  });
  const task = await reached(server, taskArn, "STOPPED");
  expect(logged(server, taskArn)).toEqual(["hello world override true"]);
  expect(task).toMatchObject({
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    launchType: "FARGATE",
    platformVersion: "1.4.0",
    group: "family:hello",
    startedBy: "a test",
    cpu: "256",
    memory: "512",
    ephemeralStorage: { sizeInGiB: 20 },
    containers: [{ name: "main", exitCode: 3, lastStatus: "STOPPED" }],
  });
  const details = detailsOf(server, taskArn);
  expect(details.map((detail) => detail.lastStatus)).toEqual([
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
  ]);
  expect(details.map((detail) => detail.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(details.at(-1)).toMatchObject({
    desiredStatus: "STOPPED",
    stopCode: "EssentialContainerExited",
    startedAt: task.startedAt?.toISOString(),
    stoppedAt: task.stoppedAt?.toISOString(),
    attachments: [{ type: "eni", status: "DELETED" }],
    containers: [{ name: "main", exitCode: 3 }],
  });
  expect(details[0]).not.toHaveProperty("stoppedAt");
});

test("nothing of the user's environment reaches a task", async () => {
  process.env.AWS_ACCESS_KEY_ID = "the-users-own";
  await using server = await startEcsServer();
  const definition = await register(server, "env", [
    container(shellImage(server, "env", "env | cut -d= -f1 | sort")),
  ]);
  const taskArn = await run(server, definition);
  await reached(server, taskArn, "STOPPED");
  expect(logged(server, taskArn)).toEqual(
    [
      "AWS_DEFAULT_REGION",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ENDPOINT_URL",
      "AWS_EXECUTION_ENV",
      "AWS_REGION",
      "ECS_AGENT_URI",
      "ECS_CONTAINER_METADATA_URI_V4",
      "HOME",
      "PATH",
      "PWD",
      "TMPDIR",
    ].sort(),
  );
});

test("StopTask sends SIGTERM, and SIGKILL after stopTimeout", async () => {
  await using server = await startEcsServer();
  const polite = shellImage(
    server,
    "polite",
    'trap "echo bye; exit 0" TERM\necho up\nwhile :; do sleep 0.05; done',
  );
  const stubborn = shellImage(server, "stubborn", 'trap "" TERM\necho up\nwhile :; do sleep 0.05; done');
  const tasks = await Promise.all(
    [polite, stubborn].map(async (image, index) =>
      run(server, await register(server, `stop${index}`, [container(image, { stopTimeout: 1 })])),
    ),
  );
  const [politeArn = "", stubbornArn = ""] = tasks;
  for (const taskArn of tasks) {
    await expect.poll(() => logged(server, taskArn), { timeout: 5000 }).toEqual(["up"]);
    const { task } = await server.client.send(
      new StopTaskCommand({ cluster: CLUSTER, task: taskArn, reason: "enough" }),
    );
    expect(task).toMatchObject({ desiredStatus: "STOPPED", lastStatus: "RUNNING" });
  }
  expect(await reached(server, politeArn, "STOPPED")).toMatchObject({
    stopCode: "UserInitiated",
    stoppedReason: "enough",
    containers: [{ exitCode: 0 }],
  });
  expect(logged(server, politeArn)).toEqual(["up", "bye"]);
  expect(await reached(server, stubbornArn, "STOPPED")).toMatchObject({ containers: [{ exitCode: 137 }] });
});

test("an image that is no asset fails the task with CannotPullContainerError", async () => {
  await using server = await startEcsServer();
  const taskArn = await run(server, await register(server, "nope", [container("example.com/none:1")]));
  const task = await reached(server, taskArn, "STOPPED");
  expect(task).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*example\.com\/none:1/),
    containers: [{ reason: expect.stringMatching(/^CannotPullContainerError/), lastStatus: "STOPPED" }],
  });
  expect(task.containers?.[0]).not.toHaveProperty("exitCode");
  expect(detailsOf(server, taskArn).map((detail) => detail.lastStatus)).not.toContain("RUNNING");
});

test("a clientToken starts tasks once, and is refused with other parameters", async () => {
  await using server = await startEcsServer();
  const definition = await register(server, "token", [container(shellImage(server, "token", "true"))]);
  const first = await run(server, definition, { clientToken: "job-1" });
  const again = await run(server, definition, { clientToken: "job-1" });
  expect(again).toBe(first);
  await expect(run(server, definition, { clientToken: "job-1", startedBy: "other" })).rejects.toMatchObject({
    name: "ConflictException",
    resourceIds: [first],
  });
  await reached(server, first, "STOPPED");
  const { taskArns } = await server.client.send(
    new ListTasksCommand({ cluster: CLUSTER, desiredStatus: "STOPPED" }),
  );
  expect(taskArns).toEqual([first]);
});

test.each([
  ["an unknown cluster", { cluster: "none" }, "ClusterNotFoundException", /Cluster not found/],
  [
    "no network configuration",
    { networkConfiguration: undefined },
    "InvalidParameterException",
    /Network Configuration/,
  ],
  [
    "an unknown container",
    { overrides: { containerOverrides: [{ name: "x" }] } },
    "InvalidParameterException",
    /Override for container named x/,
  ],
  [
    "a size that Fargate lacks",
    { overrides: { cpu: "256", memory: "1536" } },
    "ClientException",
    /No Fargate configuration exists/,
  ],
  [
    "too much storage",
    { overrides: { ephemeralStorage: { sizeInGiB: 201 } } },
    "InvalidParameterException",
    /ephemeral storage/,
  ],
  [
    "overrides that are too long",
    { overrides: { containerOverrides: [{ name: "main", command: ["x".repeat(8192)] }] } },
    "InvalidParameterException",
    /8192/,
  ],
  ["eleven tasks", { count: 11 }, "InvalidParameterException", /between 1 and 10/],
  [
    "EC2 without instances",
    { launchType: "EC2" as const },
    "InvalidParameterException",
    /No Container Instances were found/,
  ],
  ["a token of 65 characters", { clientToken: "x".repeat(65) }, "InvalidParameterException", /clientToken/],
  [
    "two ways to place",
    { capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }] },
    "InvalidParameterException",
    /both/,
  ],
  [
    "a member that is not played",
    { volumeConfigurations: [{ name: "v", managedEBSVolume: { roleArn: "r" } }] },
    "NotImplemented",
    /volumeConfigurations/,
  ],
])("RunTask refuses %s", async (_what, input, name, message) => {
  await using server = await startEcsServer();
  const definition = await register(server, "refused", [container(shellImage(server, "refused", "true"))]);
  await expect(run(server, definition, input)).rejects.toMatchObject({
    name,
    message: expect.stringMatching(message),
  });
  expect(server.events).toEqual([]);
});

test("a capacity provider strategy splits tasks by base and weight", async () => {
  await using server = await startEcsServer();
  const definition = await register(server, "split", [container(shellImage(server, "split", "true"))]);
  const { tasks } = await server.client.send(
    new RunTaskCommand({
      cluster: CLUSTER,
      taskDefinition: definition,
      count: 10,
      networkConfiguration: NETWORK,
      capacityProviderStrategy: [
        { capacityProvider: "FARGATE", base: 1, weight: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 2 },
      ],
    }),
  );
  const names = tasks?.map((task) => task.capacityProviderName);
  expect(names?.filter((name) => name === "FARGATE")).toHaveLength(4);
  expect(names?.filter((name) => name === "FARGATE_SPOT")).toHaveLength(6);
});

test("a task that is unknown is a failure MISSING", async () => {
  await using server = await startEcsServer();
  await expect(describeTask(server, "0".repeat(32))).rejects.toThrow(/not described/);
});
