import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";
import type { ContainerStats } from "../container-engine.ts";

/** What is read of a sample of the engine's statistics (Docker Engine API, ContainerStats). */
const statsSample = z.looseObject({
  cpu_stats: z.looseObject({ cpu_usage: z.looseObject({ total_usage: z.number().default(0) }) }).optional(),
  memory_stats: z
    .looseObject({
      usage: z.number().default(0),
      stats: z
        .looseObject({ inactive_file: z.number().optional(), total_inactive_file: z.number().optional() })
        .nullish(),
    })
    .optional(),
  pids_stats: z.looseObject({ current: z.number().default(0) }).optional(),
});
type Sample = z.output<typeof statsSample>;

export function emptyStats(): ContainerStats {
  return { memoryBytes: 0, maxMemoryBytes: 0, cpuMilliseconds: 0, processes: 0 };
}

/** Memory without the page cache that can be given back, as `docker stats` shows it. */
export function nextStats(before: ContainerStats, sample: Sample): ContainerStats {
  const { usage = 0, stats } = sample.memory_stats ?? {};
  const memoryBytes = Math.max(0, usage - (stats?.total_inactive_file ?? stats?.inactive_file ?? 0));
  const cpuMilliseconds = (sample.cpu_stats?.cpu_usage.total_usage ?? 0) / 1e6;
  return {
    memoryBytes,
    maxMemoryBytes: Math.max(before.maxMemoryBytes, memoryBytes),
    cpuMilliseconds: Math.max(before.cpuMilliseconds, cpuMilliseconds),
    processes: sample.pids_stats?.current ?? 0,
  };
}

/** One JSON document a line. */
export async function* readSamples(stream: Readable): AsyncGenerator<Sample> {
  for await (const line of createInterface({ input: stream })) {
    const sample = line === "" ? undefined : statsSample.safeParse(JSON.parse(line));
    if (sample?.success) yield sample.data;
  }
}
