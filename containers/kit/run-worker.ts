import type { Log } from "./log.ts";
import { QueueWorker, type QueueWorkerOptions } from "./worker/queue-worker.ts";

/** Of the 30 s that ECS gives a task by default, what a worker waits for the jobs that it has begun. */
const GRACE_MS = 25_000;

/**
 * Works until `stop` is aborted, then finishes or gives back what it holds; a burst worker also leaves by itself
 * once the queue has stayed empty.
 * @returns the exit code
 */
export async function runWorker(options: QueueWorkerOptions, stop: AbortSignal, log: Log): Promise<number> {
  const worker = new QueueWorker(options);
  const stopped = new Promise<void>((resolve) => {
    const onStop = () => resolve(worker.stop(GRACE_MS));
    if (stop.aborted) onStop();
    else stop.addEventListener("abort", onStop, { once: true });
  });
  log.info("task.started", { taskArn: options.taskArn, concurrency: options.concurrency });
  const ran = worker.run();
  await Promise.race([ran, stopped]);
  await (stop.aborted ? stopped : worker.stop(GRACE_MS));
  await ran;
  log.info("task.stopped");
  return 0;
}
