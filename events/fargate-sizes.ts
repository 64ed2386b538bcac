import type { TaskSize } from "./pipeline.ts";

/** Memory that Fargate offers per CPU size, in MiB: from, to, step. Source: ECS developer guide, "Task size". */
const FARGATE_SIZES: readonly { cpu: number; memory: readonly number[] }[] = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: range(1024, 4096, 1024) },
  { cpu: 1024, memory: range(2048, 8192, 1024) },
  { cpu: 2048, memory: range(4096, 16_384, 1024) },
  { cpu: 4096, memory: range(8192, 30_720, 1024) },
  { cpu: 8192, memory: range(16_384, 61_440, 4096) },
  { cpu: 16_384, memory: range(32_768, 122_880, 8192) },
];

/** Whether Fargate runs a task of this size. */
export function isFargateSize(size: Pick<TaskSize, "cpu" | "memoryMiB">): boolean {
  return FARGATE_SIZES.some(({ cpu, memory }) => cpu === size.cpu && memory.includes(size.memoryMiB));
}

/** What Fargate offers with `cpu` units, in words, for error messages. */
export function fargateMemoryFor(cpu: number): string {
  const entry = FARGATE_SIZES.find((candidate) => candidate.cpu === cpu);
  return entry
    ? `${cpu} CPU units take ${entry.memory[0]} to ${entry.memory.at(-1)} MiB (${entry.memory.join(", ")})`
    : `CPU units are one of ${FARGATE_SIZES.map((candidate) => candidate.cpu).join(", ")}`;
}

/**
 * The smallest Fargate size with at least this CPU and memory.
 * @returns undefined when Fargate has none so large
 */
export function fitFargateSize(
  wanted: Pick<TaskSize, "cpu" | "memoryMiB">,
): { cpu: number; memoryMiB: number } | undefined {
  for (const { cpu, memory } of FARGATE_SIZES) {
    if (cpu < wanted.cpu) continue;
    const memoryMiB = memory.find((candidate) => candidate >= wanted.memoryMiB);
    if (memoryMiB !== undefined) return { cpu, memoryMiB };
  }
  return undefined;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
