import { availableParallelism, totalmem } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
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

/** One look at the endpoint, and looks in all: a busy host may be slow to serve it just when a task starts. */
const LOOK_MS = 20_000;
const LOOKS = 4;
/** After the first look; twice as long after each further one. */
const FIRST_PAUSE_MS = 250;

/**
 * Asks the task metadata endpoint, version 4. A task without limits of its own may use the whole machine.
 * Source: Amazon ECS developer guide, "Task metadata endpoint version 4".
 * @throws TaskMetadataError when the endpoint says nothing useful for so long
 */
export async function readTaskIdentity(metadataUri: string): Promise<TaskIdentity> {
  const url = `${metadataUri}/task`;
  const answer = await askInsistently(url);
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

async function askInsistently(url: string): Promise<unknown> {
  for (let look = 1; ; look++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return await response.json();
    } catch (cause) {
      if (look === LOOKS) {
        throw new TaskMetadataError(`Cannot read the task's metadata at ${url}: ${String(cause)}`, { cause });
      }
      await pause(FIRST_PAUSE_MS * 2 ** (look - 1));
    }
  }
}
