import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { applyWrite } from "../../../events/jobs/job-table.ts";
import { handBack } from "../../../events/jobs/transitions.ts";
import type { Pipeline } from "../../../events/pipeline.ts";
import type { TaskProtection } from "../task-protection.ts";
import { backoffSeconds } from "./backoff.ts";
import { DeleteBatch } from "./delete-batch.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { HeldMessage, Verdict } from "./held-message.ts";
import { doPooledJob, type PooledJobs, spentBy } from "./pooled-job.ts";
import { Prefetch } from "./prefetch.ts";
import { readMessage } from "./read-message.ts";

const LONG_POLL_SECONDS = 20;
/** As many as one ReceiveMessage returns. */
const BATCH = 10;
const PAUSE_AFTER_ERROR_MS = 1_000;
/** A worker without a message for so long is idle: messages that come one after another do not make it ask ECS each time. */
const IDLE_AFTER_MS = 1_000;

/** What a worker needs besides what each of its jobs needs. */
export interface QueueWorkerOptions extends PooledJobs {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly pipelines: readonly Pipeline[];
  /** Objects in work at once. */
  readonly concurrency: number;
  readonly protection: TaskProtection;
  /** Seconds without a message after which `run` returns. @default it waits for messages for ever */
  readonly leaveAfterIdleSeconds?: number | undefined;
}

/**
 * Takes messages off the jobs queue and does their jobs, several at once. The next receive does not wait for the
 * slowest message of the last one: whoever is done makes room.
 */
export class QueueWorker {
  readonly #options: QueueWorkerOptions;
  readonly #held = new Set<HeldMessage>();
  readonly #waiting: HeldMessage[] = [];
  readonly #deletions: DeleteBatch;
  readonly #prefetch: Prefetch;
  readonly #heartbeat: Heartbeat;
  readonly #stopping = new AbortController();
  readonly #poll = new AbortController();
  readonly #changes = new EventTarget();
  #inWork = 0;
  #busyAt = performance.now();
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: QueueWorkerOptions) {
    this.#options = options;
    this.#prefetch = new Prefetch(options.concurrency);
    this.#heartbeat = new Heartbeat(this.#held, options);
    this.#deletions = new DeleteBatch(options.sqs, options.queueUrl, (error) =>
      options.log.warn("queue.error", { doing: "delete", message: String(error) }),
    );
  }

  /** Polls until `stop` is called or the queue has stayed empty; returns when the last poll has ended. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && !this.#isIdle()) {
      const room = this.#options.concurrency + this.#prefetch.messages - this.#held.size;
      if (room < this.#prefetch.messages) await this.#change(signal);
      else await this.#receive(Math.min(BATCH, room));
    }
  }

  /**
   * Stops polling, gives back at once what is not begun, waits for what is, and after `graceMs` gives back what
   * is still not done. A poll under way is cut off only if nothing was given back: its connection may be the one
   * that a message goes to which shows again, and that message would be lost for the length of a lease.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const deadline = AbortSignal.timeout(graceMs);
    let gaveBack = await this.#giveBackWaiting();
    while (this.#inWork > 0 && !deadline.aborted) await this.#change(deadline);
    gaveBack += this.#held.size;
    await Promise.all([...this.#held].map((held) => this.#giveBack(held)));
    if (gaveBack === 0) this.#poll.abort();
    this.#heartbeat.stop();
    clearTimeout(this.#idleTimer);
    await this.#deletions.drain();
  }

  async #receive(messages: number): Promise<void> {
    const { sqs, queueUrl, leaseSeconds, leaveAfterIdleSeconds, protection, log } = this.#options;
    const { signal } = this.#poll;
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: messages,
          WaitTimeSeconds: Math.min(LONG_POLL_SECONDS, Math.ceil(leaveAfterIdleSeconds ?? LONG_POLL_SECONDS)),
          VisibilityTimeout: leaseSeconds,
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
        { abortSignal: signal },
      );
      if (this.#held.size + Messages.length > 0) protection.set(true);
      for (const message of Messages) this.#take(message);
      if (this.#stopping.signal.aborted) await this.#giveBackWaiting();
    } catch (error) {
      if (signal.aborted) return;
      log.error("queue.error", { doing: "receive", message: String(error) });
      await pause(PAUSE_AFTER_ERROR_MS, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  #isIdle(): boolean {
    const { leaveAfterIdleSeconds } = this.#options;
    if (leaveAfterIdleSeconds === undefined) return false;
    if (this.#held.size > 0) this.#busyAt = performance.now();
    return performance.now() - this.#busyAt > leaveAfterIdleSeconds * 1_000;
  }

  /** The poll under way may last for another 20 s: scale-in need not wait for it. */
  #mayBeIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#held.size > 0) return;
    this.#idleTimer = setTimeout(() => this.#options.protection.set(false), IDLE_AFTER_MS);
  }

  #take(message: Message): void {
    clearTimeout(this.#idleTimer);
    this.#busyAt = performance.now();
    const held = { message, receiptHandle: message.ReceiptHandle ?? "", receivedAt: performance.now() };
    this.#held.add(held);
    this.#waiting.push(held);
    this.#startNext();
  }

  #startNext(): void {
    while (!this.#stopping.signal.aborted && this.#inWork < this.#options.concurrency) {
      const held = this.#waiting.shift();
      if (!held) return;
      this.#inWork++;
      this.#seeTo(held).finally(() => {
        this.#inWork--;
        this.#startNext();
        this.#changes.dispatchEvent(new Event("change"));
      });
    }
  }

  async #seeTo(held: HeldMessage): Promise<void> {
    const startedAt = performance.now();
    const verdict = await this.#judge(held);
    this.#prefetch.finished(performance.now() - startedAt);
    if (this.#held.has(held)) await this.#carryOut(held, verdict);
  }

  async #judge(held: HeldMessage): Promise<Verdict> {
    const { log, pipelines } = this.#options;
    const { MessageId: messageId, Body, Attributes } = held.message;
    try {
      const read = readMessage(Body, pipelines);
      switch (read.kind) {
        case "job":
          return await doPooledJob(this.#options, held, read.job, read.pipeline);
        case "foreign":
          log.info("job.foreign", { messageId, key: read.key, owner: read.owner });
          return { next: "delete" };
        case "unreadable":
          return await this.#setAside(held, read.reason);
      }
    } catch (error) {
      const afterSeconds = backoffSeconds(Number(Attributes?.ApproximateReceiveCount ?? 1));
      log.error("message.left", { messageId, message: String(error), afterSeconds });
      return { next: "show-again", afterSeconds };
    }
  }

  /** Moves a message that no worker can read to the dead-letter queue, with the reason. */
  async #setAside({ message }: HeldMessage, reason: string): Promise<Verdict> {
    const { sqs, deadLetterQueueUrl, log } = this.#options;
    log.error("message.unreadable", { messageId: message.MessageId, reason });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: message.Body ?? "(empty)",
        MessageAttributes: { Reason: { DataType: "String", StringValue: reason.slice(0, 500) } },
      }),
    );
    return { next: "delete" };
  }

  async #carryOut(held: HeldMessage, verdict: Verdict): Promise<void> {
    this.#held.delete(held);
    this.#mayBeIdle();
    if (verdict.next === "delete") this.#deletions.add(held.receiptHandle);
    if (verdict.next !== "show-again") return;
    const { sqs, queueUrl, log } = this.#options;
    try {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: held.receiptHandle,
          VisibilityTimeout: verdict.afterSeconds,
        }),
      );
    } catch (error) {
      log.warn("queue.error", { doing: "change visibility", message: String(error) });
    }
  }

  async #giveBackWaiting(): Promise<number> {
    const waiting = this.#waiting.splice(0);
    await Promise.all(waiting.map((held) => this.#carryOut(held, SHOW_NOW)));
    return waiting.length;
  }

  async #giveBack(held: HeldMessage): Promise<void> {
    const { table, log } = this.#options;
    const { running } = held;
    delete held.running;
    try {
      if (running) {
        const { jobId, holder, job } = running;
        await applyWrite(table, handBack(jobId, holder, ...spentBy(this.#options, job)));
        log.info("job.handed-back", { jobId, attempt: holder.attempt });
      }
    } catch (error) {
      log.error("queue.error", { doing: "hand back", jobId: running?.jobId, message: String(error) });
    }
    await this.#carryOut(held, SHOW_NOW);
  }

  /** Until a message is done with, or `signal` is given. */
  async #change(signal: AbortSignal): Promise<void> {
    await once(this.#changes, "change", { signal }).catch(() => {});
  }
}

const SHOW_NOW: Verdict = { next: "show-again", afterSeconds: 0 };
