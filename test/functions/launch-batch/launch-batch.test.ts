import { describe, expect, it } from "vitest";
import {
  type BatchSite,
  clientTokenFor,
  launchBatch,
  runTaskInput,
} from "../../../functions/launch-batch/launch-batch.ts";

const site: BatchSite = {
  cluster: "longshore",
  taskDefinition: "batch",
  container: "batch",
  subnets: ["subnet-1"],
  securityGroups: ["sg-1"],
  assignPublicIp: "ENABLED",
  capacity: "FARGATE",
};
const schedule = { kind: "schedule", time: "2026-11-22T13:07:42Z" } as const;
const byHand = { kind: "batch", hour: "2026-11-20T01", requestId: "r-1" } as const;

/** A budget whose turn comes after so many milliseconds, on a clock that a wait puts forward. */
function budgetWith(turnMs: number) {
  let time = 1_000_000;
  const turn = time + turnMs;
  return {
    budget: { takeTurn: async () => turn },
    now: () => time,
    wait: async (milliseconds: number) => {
      time += milliseconds;
    },
    waited: () => time - 1_000_000,
  };
}
const free = budgetWith(0);

describe("the token of a launch", () => {
  it("is the hour's, whenever in it the event comes", () => {
    const early = { ...schedule, time: "2026-11-22T13:00:00Z" };
    expect(clientTokenFor(schedule)).toBe(clientTokenFor(early));
    expect(clientTokenFor(schedule)).not.toBe(clientTokenFor({ ...schedule, time: "2026-11-22T14:00:00Z" }));
  });

  it("by hand is the request's, so that an hour can be asked for again", () => {
    expect(clientTokenFor(byHand)).not.toBe(clientTokenFor({ ...byHand, requestId: "r-2" }));
    expect(clientTokenFor({ ...byHand, requestId: "r".repeat(100) })).toHaveLength(64);
  });
});

describe("the task", () => {
  it("has no hour of its own by schedule: it catches up with what was missed", () => {
    expect(runTaskInput(schedule, site).overrides).toBeUndefined();
  });

  it("has the hour that was asked for by hand", () => {
    expect(runTaskInput(byHand, site).overrides?.containerOverrides).toEqual([
      { name: "batch", environment: [{ name: "LONGSHORE_HOUR", value: "2026-11-20T01" }] },
    ]);
  });
});

describe("a refused launch is an error, so that Lambda tries again", () => {
  it.each([
    ["failures", async () => ({ tasks: [], failures: [{ reason: "RESOURCE:CPU" }] }), "RESOURCE:CPU"],
    [
      "throttling",
      async () => Promise.reject(Object.assign(new Error("slow down"), { name: "ThrottlingException" })),
      "ThrottlingException: slow down",
    ],
    ["an empty answer", async () => ({}), "it made no task and gave no reason"],
  ])("by %s", async (_, send, reason) => {
    await expect(launchBatch(schedule, { ecs: { send }, site, ...free })).rejects.toMatchObject({
      name: "BatchRefusedError",
      message: expect.stringContaining(reason),
    });
  });

  it("and a task is an answer", async () => {
    const send = async () => ({ tasks: [{ taskArn: "arn:task" }] });
    expect(await launchBatch(schedule, { ecs: { send }, site, ...free })).toEqual({ taskArn: "arn:task" });
  });

  it.each([
    ["at once when the account's budget has a turn", 0, 0],
    ["when its turn comes", 4_000, 4_000],
    ["after ten seconds at most, however many uploads are before it", 600_000, 10_000],
  ])("starts %s", async (_, turnMs, expected) => {
    const { waited, ...budget } = budgetWith(turnMs);
    let startedAfter: number | undefined;
    const send = async () => {
      startedAfter = waited();
      return { tasks: [{ taskArn: "arn:task" }] };
    };
    await launchBatch(schedule, { ecs: { send }, site, ...budget });
    expect(startedAfter).toBe(expected);
  });
});
