import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  memoryOf,
  type ProcessEntry,
  processIdentity,
  processTable,
} from "../../../../local/ecs/process-engine/process-table.ts";

/** `ps` is there on Linux as well: what stands in for `/proc` on macOS is tried against it. */
const ways = [...(process.platform === "linux" ? ["linux" as const] : []), "darwin" as const];

describe.each(ways)("the processes of this machine, as %s tells them", (platform) => {
  const script = "setInterval(() => {}, 1000); console.log(process.pid)";
  const child = spawn(process.execPath, ["-e", script], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = child.pid ?? 0;
  beforeAll(() => once(child.stdout, "data"));
  afterAll(() => {
    child.kill("SIGKILL");
  });
  const entry = async () => (await processTable(platform)).find((one) => one.pid === pid);

  test("know parent, group and CPU time of each", async () => {
    expect(await entry()).toMatchObject({ parent: process.pid, group: pid, session: pid, zombie: false });
    const own = (await processTable(platform)).find((one) => one.pid === process.pid);
    expect(own?.cpuMilliseconds).toBeLessThanOrEqual(process.uptime() * 1000 * 100);
    expect(own?.cpuMilliseconds).toBeGreaterThanOrEqual(0);
  });

  test("have the same start whenever they are asked, and an identity that others do not have", async () => {
    const first = (await entry()) as ProcessEntry;
    expect(first.started).not.toBe("");
    expect((await entry())?.started).toBe(first.started);
    expect(processIdentity(pid, platform)).toBe(processIdentity(pid, platform));
    expect(processIdentity(pid, platform)).toBeTruthy();
  });

  test("hold memory that is told in bytes, and are gone once they have ended", async () => {
    const memory = await memoryOf([pid, process.pid], platform);
    expect(memory.get(pid)).toBeGreaterThan(1024 ** 2);
    expect(memory.get(process.pid)).toBeLessThan(64 * 1024 ** 3);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await entry()).toBeUndefined();
    expect(processIdentity(pid, platform)).toBeUndefined();
    expect((await memoryOf([pid], platform)).size).toBe(0);
  });
});
