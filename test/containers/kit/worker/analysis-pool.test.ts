import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_OPTIONS } from "../../../../containers/kit/analyze.ts";
import { createLog } from "../../../../containers/kit/log.ts";
import { AnalysisPool } from "../../../../containers/kit/worker/analysis-pool.ts";

const memoryBytes = 256 * 2 ** 20;
const module = fileURLToPath(new URL("../fixtures/misbehaving-analysis.ts", import.meta.url));

let pool: AnalysisPool;
beforeAll(() => {
  process.env.AWS_SECRET_ACCESS_KEY = "not for analyses";
  pool = new AnalysisPool(
    1,
    { module, memoryBytes },
    createLog({}, () => {}),
  );
});
afterAll(() => pool.close());

function analyze(key: string, timeoutMs = 10_000, onProgress = (_percent: number, _step: string) => {}) {
  const limits = { memoryBytes, threads: 1, timeoutMs };
  const task = {
    path: "/nowhere",
    workFolder: "/nowhere",
    key,
    sizeBytes: 1,
    limits,
    options: DEFAULT_OPTIONS,
  };
  return pool.analyze(task, onProgress, { load: () => Promise.resolve(undefined), save: () => {} });
}

test("a process is used again, and its progress reported", async () => {
  const steps: string[] = [];
  const first = await analyze("fine", 10_000, (percent, step) => steps.push(`${percent} ${step}`));
  const second = await analyze("fine");
  expect(second.facts.process).toBe(first.facts.process);
  expect(steps).toEqual(["50 half-way"]);
});

test("an analysis sees nothing of the task's credentials", async () => {
  expect((await analyze("fine")).facts.secrets).not.toContain("AWS_");
});

test.each([
  ["crash", "out-of-memory", /needs more than the 256 MiB/],
  ["exit", "container-error", /exit code 3/],
  ["hang", "timeout", /longer than 0\.5 s/],
  ["grow", "out-of-memory", /needs more than the 256 MiB/],
  ["throw", "container-error", /RangeError: out of nowhere/],
])(
  "an object that makes its process %s fails with %s, and the next one is analyzed",
  async (key, cause, message) => {
    const [bad, good] = await Promise.allSettled([
      analyze(key, key === "hang" ? 500 : 10_000),
      analyze("fine"),
    ]);
    expect(bad).toMatchObject({ status: "rejected", reason: { failureCause: cause } });
    expect(bad.status === "rejected" && bad.reason.message).toMatch(message);
    expect(good.status).toBe("fulfilled");
  },
);
