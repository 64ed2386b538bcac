import { DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyWrite, readJob } from "../../events/jobs/job-table.ts";
import { accept, launched, startDedicated } from "../../events/jobs/transitions.ts";
import { isTimeoutStop } from "../../functions/kit/timeout-stop.ts";
import { stopOverdue } from "../../functions/stop-overdue/stop-overdue.ts";
import { CLUSTER, type EcsServer, startEcsServer } from "../local/ecs/support/ecs-server.ts";
import { reached, register, run } from "../local/ecs/support/tasks.ts";
import { newJob } from "./support/jobs.ts";
import { createTables, type TestTables } from "./support/tables.ts";

const NOW = "2026-11-22T14:00:00.000Z";
let tables: TestTables;
let server: EcsServer;
let definition: string;

beforeEach(async () => {
  [tables, server] = await Promise.all([createTables(), startEcsServer()]);
  const image = server.image("sleeper", {
    Dockerfile: 'FROM scratch\nENTRYPOINT ["sh", "-c", "sleep 60 & wait"]\n',
  });
  definition = await register(server, "processor", [{ name: "processor", image, stopTimeout: 2 }]);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await tables.close();
});

const sweep = (now = NOW) =>
  stopOverdue({ table: tables, ecs: server.client, cluster: CLUSTER, now: () => new Date(now) });

async function jobWithTask(jobId: string, taskArn: string, deadline: string, takesIt = false) {
  const holder = { taskArn, attempt: 1 };
  await applyWrite(tables, accept(newJob({ jobId }), NOW));
  await applyWrite(tables, launched(jobId, holder, NOW, deadline));
  if (takesIt) await applyWrite(tables, startDedicated(jobId, holder, NOW));
}

describe("every minute", () => {
  it.each([
    ["knows nothing of jobs", false],
    ["has taken its job", true],
  ])("a task past its deadline is stopped, when its container %s", async (_, takesIt) => {
    const [late, early] = [await run(server, definition), await run(server, definition)];
    await Promise.all([late, early].map((task) => reached(server, task, "RUNNING")));
    await jobWithTask("late", late, "2026-11-22T13:59:59.000Z", takesIt);
    await jobWithTask("early", early, "2026-11-22T14:00:01.000Z", takesIt);
    expect(await sweep()).toEqual({ stopped: ["late"], closed: [] });
    const stopped = await reached(server, late, "STOPPED");
    expect(stopped.stopCode).toBe("UserInitiated");
    expect(isTimeoutStop(stopped.stoppedReason ?? "")).toBe(true);
    const { tasks = [] } = await server.client.send(
      new DescribeTasksCommand({ cluster: CLUSTER, tasks: [early] }),
    );
    expect(tasks[0]?.lastStatus).toBe("RUNNING");
  });

  it("a job whose task is gone without an event is closed once the event can no longer come", async () => {
    const gone = `arn:aws:ecs:us-east-1:000000000000:task/${CLUSTER}/00000000000000000000000000000000`;
    await jobWithTask("gone", gone, "2026-11-22T13:59:00.000Z");
    expect(await sweep()).toEqual({ stopped: [], closed: [] });
    expect(await readJob(tables, "gone")).toMatchObject({ status: "launched" });
    expect(await sweep("2026-11-22T14:10:00.000Z")).toEqual({ stopped: [], closed: ["gone"] });
    expect(await readJob(tables, "gone")).toMatchObject({ status: "failed", failure: { cause: "timeout" } });
    expect(await sweep("2026-11-22T14:11:00.000Z")).toEqual({ stopped: [], closed: [] });
  });
});
