import { DescribeTasksCommand, type ECSClient, StopTaskCommand } from "@aws-sdk/client-ecs";
import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { incidentsOfJob } from "../../events/incidents/incident-table.ts";
import { applyWrite, type JobTable, readJob } from "../../events/jobs/job-table.ts";
import { accept, again, launched, startDedicated } from "../../events/jobs/transitions.ts";
import { alertWindows } from "../../functions/kit/incidents/alert-window.ts";
import type { Alert } from "../../functions/kit/incidents/compose-alert.ts";
import { isTimeoutStop } from "../../functions/kit/timeout-stop.ts";
import { OverdueJobsError, stopOverdue } from "../../functions/stop-overdue/stop-overdue.ts";
import { CLUSTER, type EcsServer, startEcsServer } from "../local/ecs/support/ecs-server.ts";
import { reached, register, run } from "../local/ecs/support/tasks.ts";
import { newJob } from "./support/jobs.ts";
import { createTables, type TestTables } from "./support/tables.ts";

const NOW = "2026-11-22T14:00:00.000Z";
let tables: TestTables;
let server: EcsServer;
let definition: string;
let sent: Alert[];

beforeEach(async () => {
  sent = [];
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

const sweep = (now = NOW, table: JobTable = tables, ecs: Pick<ECSClient, "send"> = server.client) =>
  stopOverdue({
    table,
    ecs,
    cluster: CLUSTER,
    incidents: {
      table: tables,
      keepDays: 90,
      windows: alertWindows(tables.client, tables.countersTable),
      publish: async (alert) => void sent.push(alert),
      invocation: "the test's",
      now: () => new Date(now),
    },
    now: () => new Date(now),
  });
const GONE = `arn:aws:ecs:us-east-1:000000000000:task/${CLUSTER}/00000000000000000000000000000000`;

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

  it("a job whose task is gone without an event is closed once the event can no longer come, and people are told", async () => {
    await jobWithTask("gone", GONE, "2026-11-22T13:59:00.000Z");
    expect(await sweep()).toEqual({ stopped: [], closed: [] });
    expect(await readJob(tables, "gone")).toMatchObject({ status: "launched" });
    expect(sent).toEqual([]);
    expect(await sweep("2026-11-22T14:10:00.000Z")).toEqual({ stopped: [], closed: ["gone"] });
    expect(await readJob(tables, "gone")).toMatchObject({ status: "failed", failure: { cause: "timeout" } });
    expect(await incidentsOfJob(tables, "gone")).toMatchObject([
      { cause: "timeout", severity: "error", job: { attempt: 1, key: "a.csv" }, alerted: true },
    ]);
    expect(await sweep("2026-11-22T14:11:00.000Z")).toEqual({ stopped: [], closed: [] });
    expect(sent.map(({ subject }) => subject)).toEqual([
      "Longshore tables: took too long, job gone failed (a.csv)",
    ]);
  });

  it("a job that could not be closed is closed the next minute, and people are told once", async () => {
    await jobWithTask("gone", GONE, "2026-11-22T13:59:00.000Z");
    const broken = { ...tables, client: failingAtWrites(tables.client) };
    await expect(sweep("2026-11-22T14:10:00.000Z", broken)).rejects.toThrow("no write today");
    expect(await readJob(tables, "gone")).toMatchObject({ status: "launched" });
    expect(await sweep("2026-11-22T14:11:00.000Z")).toEqual({ stopped: [], closed: ["gone"] });
    expect(sent).toHaveLength(1);
  });

  it("a job whose task cannot be stopped keeps no other from being dealt with", async () => {
    const refused = GONE.replace(/0$/, "1");
    await jobWithTask("refused", refused, "2026-11-22T13:49:00.000Z");
    await jobWithTask("gone", GONE, "2026-11-22T13:49:01.000Z");
    const dealt = sweep(NOW, tables, refusing(server.client, refused));
    await expect(dealt).rejects.toThrow(OverdueJobsError);
    await expect(dealt).rejects.toMatchObject({ outcome: { stopped: [], closed: ["gone"] } });
    expect(await readJob(tables, "gone")).toMatchObject({ status: "failed" });
  });

  it("a job that another attempt has by now is left to it, and nobody is told", async () => {
    await jobWithTask("moved", GONE, "2026-11-22T13:59:00.000Z");
    // The index lags behind the table.
    const lagging = { ...tables, client: answering(tables.client, await overdueItems("moved")) };
    await applyWrite(tables, again("moved", { taskArn: GONE, attempt: 1 }, "attempt 2", NOW));
    expect(await sweep("2026-11-22T14:10:00.000Z", lagging)).toEqual({ stopped: [], closed: [] });
    expect(await readJob(tables, "moved")).toMatchObject({ status: "queued" });
    expect(sent).toEqual([]);
  });
});

async function overdueItems(jobId: string) {
  const { taskArn, attempt, deadline } = (await readJob(tables, jobId)) ?? {};
  return [{ jobId, taskArn, attempt, deadline }];
}

/** A client that fails at updates and does all else. */
function failingAtWrites(client: DynamoDBDocumentClient): DynamoDBDocumentClient {
  return sending(client, (command) => {
    if (command instanceof UpdateCommand) throw new Error("no write today");
  });
}

/** A client that answers queries with these items. */
function answering(client: DynamoDBDocumentClient, Items: unknown[]): DynamoDBDocumentClient {
  return sending(client, (command) => (command instanceof QueryCommand ? { Items } : undefined));
}

/** ECS, as it would not stop this one task. */
function refusing(client: ECSClient, taskArn: string): Pick<ECSClient, "send"> {
  const send = async (command: never) => {
    if (
      (command as unknown) instanceof StopTaskCommand &&
      (command as StopTaskCommand).input.task === taskArn
    ) {
      throw new Error("Identifier is for another cluster");
    }
    return client.send(command);
  };
  return { send };
}

function sending(
  client: DynamoDBDocumentClient,
  first: (command: unknown) => unknown,
): DynamoDBDocumentClient {
  const send = async (command: never) => first(command) ?? client.send(command);
  return new Proxy(client, { get: (target, name) => (name === "send" ? send : Reflect.get(target, name)) });
}
