import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import {
  type Analysis,
  type AnalysisOptions,
  type CheckpointStore,
  DEFAULT_OPTIONS,
} from "../../../containers/kit/analyze.ts";
import { analyzeFile } from "../../../containers/processor/analyze-file.ts";

const workFolders = new Map<number, Promise<string>>();

afterAll(async () => {
  for (const folder of workFolders.values()) await rm(await folder, { recursive: true });
});

/** DuckDB is made once per work folder, with the memory that it is given then. */
function workFolderFor(memoryMiB: number): Promise<string> {
  const made = workFolders.get(memoryMiB) ?? mkdtemp(join(tmpdir(), "longshore-test-"));
  workFolders.set(memoryMiB, made);
  return made;
}

/** Analyzes `content` as it would be under `key`, in this process. */
export async function analyze(
  key: string,
  content: string | Buffer,
  memoryMiB = 512,
  options: Partial<AnalysisOptions> = {},
): Promise<Analysis> {
  return (await run(key, content, { memoryMiB, options })).analysis;
}

/** And takes the artifacts, by name. */
export function analyzeInto(key: string, content: string | Buffer) {
  return run(key, content, {});
}

/** As another attempt does that finds what the last one saved. */
export function analyzeResumed(key: string, content: string | Buffer, saved: unknown) {
  return run(key, content, { saved });
}

interface Run {
  readonly memoryMiB?: number;
  readonly options?: Partial<AnalysisOptions>;
  readonly saved?: unknown;
}

async function run(key: string, content: string | Buffer, { memoryMiB = 512, options, saved }: Run) {
  const workFolder = await workFolderFor(memoryMiB);
  const folder = await mkdtemp(join(workFolder, "job-"));
  const path = join(folder, "object");
  const states: unknown[] = [];
  const checkpoint: CheckpointStore = {
    load: () => Promise.resolve(saved),
    save: (state) => states.push(structuredClone(state)),
  };
  try {
    await writeFile(path, content);
    const limits = { memoryBytes: memoryMiB * 2 ** 20, threads: 1, timeoutMs: 60_000 };
    const sizeBytes = Buffer.byteLength(content);
    const task = { path, workFolder, key, sizeBytes, limits, options: { ...DEFAULT_OPTIONS, ...options } };
    const analysis = await analyzeFile(task, () => {}, checkpoint);
    const files = new Map<string, Buffer>();
    for (const { name } of analysis.artifacts) files.set(name, await readFile(join(folder, name)));
    return { analysis, files, saved: states };
  } finally {
    await rm(folder, { recursive: true });
  }
}
