import type { CapacityProvider, TaskSize } from "../../../events/pipeline.ts";
import type { Random } from "../engine/random.ts";
import type { StartTime } from "./limits.ts";

/** What is to run. */
export interface Launch {
  readonly size: TaskSize;
  readonly capacity: CapacityProvider;
  readonly onRunning: (task: RunningTask) => void;
  /** It became no running task, or ended before its owner said so. @default nobody minds */
  readonly onGone?: (cause: "start-failure" | "spot", task: RunningTask) => void;
}

export interface RunningTask {
  readonly launch: Launch;
  readonly askedAt: number;
  /** When its container runs; in the future while it starts. */
  startedAt: number;
  ended: boolean;
}

/** What RunTask answers: as ECS does, tasks, entries of `failures[]`, or an exception. */
export interface LaunchAnswer {
  readonly started: number;
  readonly failures?: readonly { readonly reason: string }[];
  readonly error?: Error;
}

/** Where tasks run. */
export interface Compute {
  /** One call for `count` tasks alike, counted against the API's limits. */
  runTask(launch: Launch, count: number): LaunchAnswer;
  /** As a service's scheduler does, which calls no API of the account's. */
  start(launch: Launch, count: number): LaunchAnswer;
  /** A task that has been running since before the beginning. */
  adopt(launch: Launch): RunningTask;
  /** The owner is done with the task. */
  stop(task: RunningTask): void;
}

export function drawStart({ median, sigma, least, most }: StartTime, random: Random): number {
  return Math.min(most, Math.max(least, random.lognormal(median, sigma)));
}
