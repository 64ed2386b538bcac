import { availableParallelism, totalmem } from "node:os";
import { z } from "zod";

const taskMetadata = z.looseObject({
  TaskARN: z.string().min(1),
  /** Only in tasks of a service. */
  ServiceName: z.string().optional(),
  Limits: z
    .looseObject({
      /** vCPUs. */
      CPU: z.number().positive().optional(),
      /** MiB. */
      Memory: z.number().positive().optional(),
    })
    .optional(),
});

/** Which task this process is, and what it may use. */
export interface TaskIdentity {
  readonly taskArn: string;
  /** vCPUs, fractions included. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly serviceName?: string;
}

/** The metadata endpoint did not say which task this is. */
export class TaskMetadataError extends Error {
  override readonly name = "TaskMetadataError";
}

/**
 * Asks the task metadata endpoint, version 4. A task without limits of its own may use the whole machine.
 * Source: Amazon ECS developer guide, "Task metadata endpoint version 4".
 */
export async function readTaskIdentity(metadataUri: string): Promise<TaskIdentity> {
  const url = `${metadataUri}/task`;
  let answer: unknown;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    answer = await response.json();
  } catch (cause) {
    throw new TaskMetadataError(`Cannot read the task's metadata at ${url}: ${String(cause)}`, { cause });
  }
  const metadata = taskMetadata.safeParse(answer);
  if (!metadata.success) {
    throw new TaskMetadataError(`The task's metadata at ${url} lacks members: ${metadata.error.message}`);
  }
  const { TaskARN, ServiceName, Limits } = metadata.data;
  return {
    taskArn: TaskARN,
    cpu: Limits?.CPU ?? availableParallelism(),
    memoryMiB: Limits?.Memory ?? Math.floor(totalmem() / 2 ** 20),
    ...(ServiceName !== undefined && { serviceName: ServiceName }),
  };
}
