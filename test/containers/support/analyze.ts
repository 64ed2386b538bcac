import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Analysis } from "../../../containers/kit/analyze.ts";
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
export async function analyze(key: string, content: string | Buffer, memoryMiB = 512): Promise<Analysis> {
  const workFolder = await workFolderFor(memoryMiB);
  const folder = await mkdtemp(join(workFolder, "job-"));
  const path = join(folder, "object");
  try {
    await writeFile(path, content);
    const limits = { memoryBytes: memoryMiB * 2 ** 20, threads: 1, timeoutMs: 60_000 };
    const sizeBytes = Buffer.byteLength(content);
    return await analyzeFile({ path, workFolder, key, sizeBytes, limits }, () => {});
  } finally {
    await rm(folder, { recursive: true });
  }
}
