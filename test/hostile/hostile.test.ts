import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Analysis, DEFAULT_OPTIONS } from "../../containers/kit/analyze.ts";
import { JobError } from "../../containers/kit/job-error.ts";
import { createLog } from "../../containers/kit/log.ts";
import { resultOf } from "../../containers/kit/result.ts";
import { AnalysisPool } from "../../containers/kit/worker/analysis-pool.ts";
import { resultsByAnalyzer } from "../../events/results/kinds.ts";
import type { HostileFile } from "./hostile-file.ts";
import { mutationsOf } from "./mutations.ts";
import { archives } from "./rules/archives.ts";
import { documents } from "./rules/documents.ts";
import { images } from "./rules/images.ts";
import { media } from "./rules/media.ts";
import { names } from "./rules/names.ts";
import { tables } from "./rules/tables.ts";
import { validFiles } from "./valid-files.ts";

const SEED = 20_261_123;
const MEMORY_BYTES = 512 * 2 ** 20;
const TIMEOUT_MS = 20_000;
/** What says that the file is at fault. The rest would be the worker's own. */
const CAUSES = new Set(["unreadable", "out-of-memory", "timeout"]);

// Around the work folder, so that whoever climbs out of it is seen.
const outside = await mkdtemp(join(tmpdir(), "longshore-hostile-"));
const workFolder = join(outside, "task", "work");
await mkdir(workFolder, { recursive: true });
const valid = await validFiles(outside);
const CANARY = "nobody writes here";

const groups: Record<string, HostileFile[]> = {
  archives: archives(),
  tables: tables(),
  images: images(),
  documents: documents(),
  "sound and film": media(),
  keys: names(),
  mutations: mutationsOf(valid, SEED),
};

let pool: AnalysisPool;
const restarts: unknown[] = [];
beforeAll(async () => {
  await writeFile(join(outside, "task", "canary"), CANARY);
  const module = fileURLToPath(new URL("../../containers/processor/analysis-child.ts", import.meta.url));
  const log = createLog({}, (line) => restarts.push(JSON.parse(line)));
  pool = new AnalysisPool(2, { module, memoryBytes: MEMORY_BYTES }, log);
});
afterAll(async () => {
  pool.close();
  await rm(outside, { recursive: true });
});

test("there are at least three hundred of them", () => {
  expect(Object.values(groups).flat().length).toBeGreaterThanOrEqual(300);
});

for (const [group, files] of Object.entries(groups)) {
  describe.concurrent(group, () => {
    test.for(files)("$rule: $key", { timeout: 3 * TIMEOUT_MS }, (hostile) => survives(hostile));
  });
}

describe("afterwards", () => {
  test("nothing lies outside of the folders that were given", async () => {
    expect((await readdir(join(outside, "task"))).sort()).toEqual(["canary", "work"]);
    expect(await readFile(join(outside, "task", "canary"), "utf8")).toBe(CANARY);
    expect((await readdir(outside)).sort()).toEqual(["task", "valid.parquet"]);
    expect((await readdir(workFolder)).filter((name) => name !== "spill")).toEqual([]);
    expect((await readdir("/tmp")).filter((name) => name.includes("escaped"))).toEqual([]);
  });

  test("the processes still work", async () => {
    const analysis = await analyze({
      rule: "none",
      key: "fine.csv",
      content: () => Buffer.from("a,b\n1,2\n"),
    });
    expect(analysis.facts).toEqual({ type: "CSV", rows: 1, columns: 2 });
  });
});

/** A result that its schema knows, or a failure that says what was wrong with the file. */
async function survives(hostile: HostileFile): Promise<void> {
  const { expected } = hostile;
  const startedAt = performance.now();
  const outcome = await analyze(hostile).catch((error: unknown) => error);
  expect(performance.now() - startedAt).toBeLessThan(2 * TIMEOUT_MS);
  if (outcome instanceof Error) {
    if (!(outcome instanceof JobError)) throw outcome;
    expect(CAUSES, outcome.message).toContain(outcome.failureCause);
    expect(outcome.message.length).toBeGreaterThan(20);
    expect(outcome.message).not.toContain(outside);
    if (expected) {
      expect(expected, `failed: ${outcome.message}`).toHaveProperty("failure", outcome.failureCause);
      if ("because" in expected) expect(outcome.message).toMatch(expected.because ?? "");
    }
    return;
  }
  const analysis = outcome as Analysis;
  checkDocument(analysis, hostile);
  expect(expected ?? {}, JSON.stringify(analysis.facts)).not.toHaveProperty("failure");
  if (expected && "analyzer" in expected) expect(analysis.analyzer.name).toBe(expected.analyzer);
  if (expected && "warning" in expected) expect(analysis.warnings.join("\n")).toMatch(expected.warning ?? "");
}

function checkDocument(analysis: Analysis, { key }: HostileFile): void {
  const object = { bucket: "uploads", key, etag: "e", size: 1, sequencer: "0" };
  const jobId = "0".repeat(64);
  const job = {
    contract: 1 as const,
    jobId,
    pipeline: "generic",
    attempt: 1,
    object,
    result: { bucket: "r", key: "k" },
  };
  const staged = { path: "", sizeBytes: 1, sha256: "0".repeat(64) };
  const artifacts = analysis.artifacts.map((artifact) => ({ ...artifact, key: artifact.name, size: 1 }));
  const document = resultOf(job, staged, 1, analysis, artifacts);
  const written: unknown = JSON.parse(JSON.stringify(document));
  const schema = resultsByAnalyzer[analysis.analyzer.name as keyof typeof resultsByAnalyzer];
  expect(schema.safeParse(written).error?.issues).toBeUndefined();
  expect(JSON.stringify(document)).not.toContain(outside);
}

async function analyze({ key, content }: HostileFile): Promise<Analysis> {
  const folder = await mkdtemp(join(workFolder, "job-"));
  const path = join(folder, "object");
  try {
    if (typeof content === "function") await writeFile(path, await content());
    else await content.write(path);
    const { size } = await (await import("node:fs/promises")).stat(path);
    const limits = { memoryBytes: MEMORY_BYTES, threads: 1, timeoutMs: TIMEOUT_MS };
    const task = { path, workFolder, key, sizeBytes: size, limits, options: DEFAULT_OPTIONS };
    const analysis = await pool.analyze(task, () => {}, {
      load: () => Promise.resolve(undefined),
      save: () => {},
    });
    // Only what it names is left.
    const left = (await readdir(folder)).filter((name) => name !== basename(path) && name !== "text.txt");
    const named = analysis.artifacts.map(({ name }) => name).filter((name) => name !== "text.txt");
    expect(left.sort()).toEqual(named.sort());
    return analysis;
  } finally {
    await rm(folder, { recursive: true });
  }
}
