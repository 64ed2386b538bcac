/** Memory in MiB that Fargate takes for a CPU size, as first, last and step (ECS developer guide, task size). */
const SIZES: Readonly<Record<number, readonly [first: number, last: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};

/** Whether Fargate runs a task of this size. @param cpu CPU units @param memory MiB */
export function isFargateSize(cpu: number, memory: number): boolean {
  const range = SIZES[cpu];
  if (!range) return false;
  const [first, last, step] = range;
  // The smallest size takes 0.5, 1 and 2 GB, but not 1.5.
  if (cpu === 256 && memory === 1536) return false;
  return memory >= first && memory <= last && (memory - first) % step === 0;
}

/** `1024`, `1 vCPU`, `.5 vcpu` to CPU units; undefined for anything else. */
export function parseCpu(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d*\.?\d+)\s*(vcpu)?\s*$/i.exec(text) ?? [];
  return amount === undefined ? undefined : unit ? Number(amount) * 1024 : Number(amount);
}

/** `2048`, `2 GB`, `2gb` to MiB; undefined for anything else. */
export function parseMemory(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d*\.?\d+)\s*(gb)?\s*$/i.exec(text) ?? [];
  return amount === undefined ? undefined : unit ? Number(amount) * 1024 : Number(amount);
}
