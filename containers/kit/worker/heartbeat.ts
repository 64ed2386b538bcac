import { ChangeMessageVisibilityBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { UNLISTED_MS } from "../../../events/jobs/job-indexes.ts";
import { applyWrite, type JobTable } from "../../../events/jobs/job-table.ts";
import { extendLease } from "../../../events/jobs/transitions.ts";
import type { Log } from "../log.ts";
import type { HeldMessage } from "./held-message.ts";

/** As many as one ChangeMessageVisibilityBatch takes. */
const BATCH = 10;
/** Beats per lease: one may be lost, and one late. */
const BEATS_PER_LEASE = 3;
/** However long the lease is: the first beat lists a job as open. A job younger than half of it waits for the next one. */
const MAX_INTERVAL_MS = UNLISTED_MS / 2;

/** Keeps the held messages invisible and their jobs leased, for as long as the worker lives. */
export class Heartbeat {
  readonly #held: ReadonlySet<HeldMessage>;
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #table: JobTable;
  readonly #leaseSeconds: number;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;

  constructor(
    held: ReadonlySet<HeldMessage>,
    options: { sqs: SQSClient; queueUrl: string; table: JobTable; leaseSeconds: number; log: Log },
  ) {
    this.#held = held;
    this.#sqs = options.sqs;
    this.#queueUrl = options.queueUrl;
    this.#table = options.table;
    this.#leaseSeconds = options.leaseSeconds;
    this.#log = options.log;
    this.#timer = setInterval(() => this.#beat(), this.#intervalMs);
  }

  get #intervalMs(): number {
    return Math.min((this.#leaseSeconds * 1_000) / BEATS_PER_LEASE, MAX_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const due = [...this.#held].filter(
      ({ receivedAt }) => performance.now() - receivedAt >= this.#intervalMs / 2,
    );
    for (let start = 0; start < due.length; start += BATCH)
      this.#stayInvisible(due.slice(start, start + BATCH));
    for (const { running } of due) if (running) this.#extend(running);
  }

  async #stayInvisible(messages: readonly HeldMessage[]): Promise<void> {
    try {
      const { Failed = [] } = await this.#sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: messages.map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: this.#leaseSeconds,
          })),
        }),
      );
      for (const { Code, Message = "" } of Failed) {
        this.#log.warn("queue.error", { doing: "extend visibility", message: `${Code}: ${Message}` });
      }
    } catch (error) {
      this.#log.warn("queue.error", { doing: "extend visibility", message: String(error) });
    }
  }

  async #extend({ jobId, holder }: NonNullable<HeldMessage["running"]>): Promise<void> {
    const now = Date.now();
    const lease = {
      now: new Date(now).toISOString(),
      until: new Date(now + this.#leaseSeconds * 1_000).toISOString(),
    };
    try {
      await applyWrite(this.#table, extendLease(jobId, holder, lease));
    } catch (error) {
      this.#log.warn("queue.error", { jobId, doing: "extend lease", message: String(error) });
    }
  }
}
