import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { startEcsServer } from "./support/ecs-server.ts";
import { describe as describeTask, detailsOf, eventually } from "./support/tasks.ts";

interface Started {
  readonly taskArn: string;
  readonly pid: number;
}

/** A runtime in a process of its own, with a task that ignores SIGTERM. */
async function startRuntime(directory: string): Promise<{ runtime: ChildProcess; started: Started }> {
  const runtime = fork(path.join(import.meta.dirname, "support", "runtime.ts"), [directory]);
  const [started] = (await once(runtime, "message")) as [Started];
  return { runtime, started };
}

test("after kill -9 of the runtime its tasks are dead, and STOPPED at the next start", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "ecs-"));
  const { runtime, started } = await startRuntime(directory);
  expect(process.kill(started.pid, 0)).toBe(true);
  runtime.kill("SIGKILL");
  await once(runtime, "exit");
  await eventually("death of the task", () => {
    try {
      return !process.kill(started.pid, 0);
    } catch {
      return true;
    }
  });

  await using server = await startEcsServer({}, directory);
  expect(await describeTask(server, started.taskArn)).toMatchObject({
    lastStatus: "STOPPED",
    stopCode: "InfrastructureHealth",
    stoppedReason: expect.stringMatching(/killed/),
    containers: [{ lastStatus: "STOPPED", exitCode: 137 }],
  });
  expect(detailsOf(server, started.taskArn)).toMatchObject([
    { lastStatus: "STOPPED", desiredStatus: "STOPPED" },
  ]);
});
