import { randomUUID } from "node:crypto";
import { AwsError } from "../../wire/aws-error.ts";
import type { Queue, QueueMessage } from "../fauxqs.ts";
import { redrivePolicyOf } from "./queue-attributes.ts";
import { type Queues, queueByArn } from "./queues.ts";

/** One StartMessageMoveTask; times in milliseconds since the epoch. */
export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn: string | undefined;
  readonly perSecond: number | undefined;
  readonly startedAt: number;
  readonly toMove: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";
  moved: number;
  failureReason?: string;
}

/** How often a task takes its share of messages. */
const TICK_MS = 100;
const DEFAULT_PER_SECOND = 5_000;
/** SQS remembers the last ten of a queue. */
const REMEMBERED = 10;

/** Moves messages out of dead-letter queues, which fauxqs cannot. */
export interface MoveTasks {
  /** @throws AwsError */
  start(sourceArn: string, destinationArn: string | undefined, perSecond: number | undefined): MoveTask;
  list(sourceArn: string): readonly MoveTask[];
  /** @throws AwsError ResourceNotFoundException */
  cancel(handle: string): MoveTask;
  stop(): void;
}

export function createMoveTasks(queues: Queues): MoveTasks {
  const tasks: MoveTask[] = [];
  const timers = new Set<NodeJS.Timeout>();

  const step = (task: MoveTask, source: Queue) => {
    const share = Math.max(1, Math.round(((task.perSecond ?? DEFAULT_PER_SECOND) * TICK_MS) / 1000));
    queues.database.transaction(() => {
      for (let count = 0; count < share && task.moved < task.toMove; count++) {
        const message = firstReady(source)?.[0];
        if (!message) return;
        const targetArn = task.destinationArn ?? message.deadLetterSourceArn;
        const target = targetArn === undefined ? undefined : queues.store.getQueueByArn(targetArn);
        if (!target) {
          task.status = "FAILED";
          task.failureReason = "CouldNotDetermineMessageSource";
          return;
        }
        move(queues, source, target);
        task.moved++;
      }
    });
    if (task.status === "CANCELLING") task.status = "CANCELLED";
    if (task.status !== "RUNNING") return;
    if (task.moved >= task.toMove || readyCount(source) === 0) {
      task.status = "COMPLETED";
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      step(task, source);
    }, TICK_MS);
    timers.add(timer);
  };

  return {
    start(sourceArn, destinationArn, perSecond) {
      const source = queueByArn(queues, sourceArn);
      if (sourcesOf(queues, sourceArn).length === 0) {
        throw new AwsError(
          "InvalidParameterValue",
          "Source queue must be configured as a Dead Letter Queue for at least one other queue.",
        );
      }
      if (destinationArn !== undefined) queueByArn(queues, destinationArn);
      if (tasks.some((task) => task.sourceArn === sourceArn && task.status === "RUNNING")) {
        throw new AwsError(
          "InvalidParameterValue",
          "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        );
      }
      source.processTimers();
      const task: MoveTask = {
        handle: handleOf(sourceArn),
        sourceArn,
        destinationArn,
        perSecond,
        startedAt: Date.now(),
        toMove: readyCount(source),
        status: "RUNNING",
        moved: 0,
      };
      tasks.unshift(task);
      step(task, source);
      return task;
    },
    list: (sourceArn) => tasks.filter((task) => task.sourceArn === sourceArn).slice(0, REMEMBERED),
    cancel(handle) {
      const task = tasks.find((candidate) => candidate.handle === handle && candidate.status === "RUNNING");
      if (!task) throw new AwsError("ResourceNotFoundException", "Task does not exist.", { statusCode: 404 });
      task.status = "CANCELLING";
      return task;
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** As on AWS, a handle says which queue its task empties: permissions depend on it. */
function handleOf(sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString("base64");
}

/** The queues whose redrive policy names `deadLetterArn`. */
export function sourcesOf({ store }: Queues, deadLetterArn: string): Queue[] {
  return [...store.allQueues()].filter(
    (queue) => redrivePolicyOf(queue.attributes)?.deadLetterTargetArn === deadLetterArn,
  );
}

/** A moved message is a new one, with an id and a sent time of its own. (SQS developer guide, DLQ redrive) */
function move(queues: Queues, source: Queue, target: Queue): void {
  const message = firstReady(source)?.shift();
  if (!message) return;
  queues.database.deleteMessage(message.messageId);
  const copy = queues.fauxqs.SqsStore.createMessage(
    message.body,
    message.messageAttributes,
    undefined,
    message.messageGroupId,
    message.messageDeduplicationId,
  );
  if (target.isFifo()) copy.sequenceNumber = target.nextSequenceNumber();
  target.enqueue(copy);
}

function readyCount(queue: Queue): number {
  return Number(queue.getAttribute("ApproximateNumberOfMessages"));
}

/** The list whose first message is the next to be received; undefined for a queue without one. */
function firstReady(queue: Queue): QueueMessage[] | undefined {
  const lists = queue.isFifo() ? queue.fifoMessages.values() : [queue.messages];
  return [...lists].find((messages) => messages.length > 0);
}
