import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { EcsEvent } from "../../../../local/ecs/options.ts";
import { newTask } from "../../../../local/ecs/tasks/new-task.ts";
import { TaskStore } from "../../../../local/ecs/tasks/task-store.ts";

const realm = {
  partition: "aws",
  accountId: "000000000000",
  region: "us-east-1",
  endpoint: "http://x",
} as const;

function aTask(now: () => number) {
  return newTask(
    { realm, clock: { now, at: (wallMs: number) => wallMs, schedule: () => () => {} } },
    {
      cluster: {
        clusterArn: "arn:aws:ecs:us-east-1:000000000000:cluster/c",
        clusterName: "c",
        status: "ACTIVE",
        tags: [],
        settings: [],
        capacityProviders: [],
        defaultCapacityProviderStrategy: [],
      },
      definition: {
        family: "f",
        taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/f:1",
        containerDefinitions: [],
        revision: 1,
        status: "ACTIVE",
        compatibilities: ["FARGATE"],
        registeredAt: 0,
        registeredBy: "me",
        volumes: [],
        placementConstraints: [],
        tags: [],
      },
      placement: { launchType: "FARGATE" },
      overrides: {},
      group: "family:f",
      enableExecuteCommand: false,
      tags: [],
    },
  );
}

test("a change that was saved but not published is published at the next start, one that was is not", () => {
  const database = new DatabaseSync(":memory:");
  const events: EcsEvent[] = [];
  let full = false;
  const clock = { now: () => 1000, at: (wallMs: number) => wallMs, schedule: () => () => {} };
  const publish = (event: EcsEvent) => {
    if (full) throw new Error("disk full");
    events.push(event);
  };
  const options = { realm, clock, database, publish };
  const store = new TaskStore(options);
  const task = aTask(clock.now);
  store.add(task);
  full = true;
  expect(() => store.change(task, { lastStatus: "PENDING" })).toThrow("disk full");
  full = false;

  new TaskStore(options).publishRest();
  expect(events.map(({ detail }) => [detail.version, detail.lastStatus])).toEqual([
    [1, "PROVISIONING"],
    [2, "PENDING"],
  ]);
  new TaskStore(options).publishRest();
  expect(events).toHaveLength(2);
});

test("a stopped task is described for an hour", () => {
  let now = 1_000_000;
  const clock = { now: () => now, at: (wallMs: number) => wallMs, schedule: () => () => {} };
  const store = new TaskStore({ realm, clock, database: new DatabaseSync(":memory:"), publish: () => {} });
  const task = aTask(clock.now);
  store.add(task);
  store.change(task, { lastStatus: "STOPPED", stoppedAt: now });
  now += 59 * 60_000;
  expect(store.all()).toHaveLength(1);
  now += 61_000;
  expect(store.all()).toEqual([]);
  expect(store.get(task.taskArn)).toBeUndefined();
});
