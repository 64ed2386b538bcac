import type { TaskIdentity } from "../kit/task-identity.ts";

const MIB = 2 ** 20;
/** For the worker itself, beside its analysis processes. */
const OWN_MIB = 160;
/** Less than this, and a process has no room for a table of some size. */
const LEAST_PER_PROCESS_MIB = 256;

/** A process per vCPU, as far as the memory goes. */
export function poolSizeFor({ cpu, memoryMiB }: Pick<TaskIdentity, "cpu" | "memoryMiB">) {
  const forAll = Math.max(LEAST_PER_PROCESS_MIB, memoryMiB - OWN_MIB);
  const processes = Math.max(1, Math.min(Math.round(cpu), Math.floor(forAll / LEAST_PER_PROCESS_MIB)));
  return { processes, memoryBytes: Math.floor(forAll / processes) * MIB };
}
