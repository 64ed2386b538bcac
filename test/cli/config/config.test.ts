import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const LONGSHORE = fileURLToPath(new URL("../../../cli/longshore.ts", import.meta.url));
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [LONGSHORE, "config", ...args], {
    env: { ...process.env, LONGSHORE_MIN_WORKERS: "0" },
  });

describe("longshore config", () => {
  it("prints what is in force, where it is from and what it costs", async () => {
    const { stdout } = await run("-c", "longshore:network=nat");
    expect(stdout).toMatch(/^network +nat +context +\$73\.00$/m);
    expect(stdout).toMatch(/^minWorkers +0 +environment +\$0\.00$/m);
    expect(stdout).toMatch(/^loadBalancer +alb +default +\$16\.43$/m);
    expect(stdout).toMatch(/in all, while nothing is uploaded +\$\d+\.\d\d/);
    expect(stdout).toContain("confirm before quoting");
  });

  it("prints JSON for programs", async () => {
    const { stdout } = await run("--json");
    expect(JSON.parse(stdout)).toMatchObject({ total: expect.any(Number), prices: { region: "us-east-1" } });
  });

  it("says which settings do not go together, and ends with 2", async () => {
    const failed = run("-c", "longshore:natGateways=1");
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/natGateways: counts those of network nat, and network is public/),
    });
  });
});
