import { setTimeout as delay } from "node:timers/promises";
import { compileFilters } from "./filter-criteria.ts";
import type { EventSourceMappingConfig } from "./function-config.ts";
import type { Invoker } from "./invoker.ts";
import { isThrottle } from "./lambda-error.ts";
import type { LambdaOptions } from "./ports.ts";
import { MAX_EVENT_BYTES, type SqsRecord, splitBatch, sqsEvent, succeededRecords } from "./sqs-event.ts";

/** What SQS gives at once, and how long it may wait for the first message. */
const MAX_RECEIVE = 10;
const LONG_POLL_SECONDS = 20;
const MAX_BACKOFF_MS = 30_000;

/**
 * Polls one queue for one function. One loop polls while the others run the function; each that receives
 * messages leaves the polling to another, up to the mapping's maximum concurrency.
 */
export class QueuePoller {
  readonly #options: LambdaOptions;
  readonly #invoker: Invoker;
  readonly #config: EventSourceMappingConfig;
  readonly #maximumLoops: number;
  readonly #passes: (record: SqsRecord) => boolean;
  readonly #stopping = new AbortController();
  readonly #loops = new Set<Promise<void>>();
  #polling = 0;
  /** As `GetEventSourceMapping` words it. */
  lastProcessingResult = "No records processed";

  /** @param limit invocations at once that this machine allows */
  constructor(options: LambdaOptions, invoker: Invoker, config: EventSourceMappingConfig, limit: number) {
    this.#options = options;
    this.#invoker = invoker;
    this.#config = config;
    this.#maximumLoops = Math.min(config.maximumConcurrency ?? limit, limit);
    this.#passes = compileFilters(config.filterPatterns, options.compilePattern);
  }

  start(): void {
    this.#spawn();
  }

  /** Polls no more; batches that run are awaited, received messages that do not run are released. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
  }

  #spawn() {
    const loop: Promise<void> = this.#run().finally(() => this.#loops.delete(loop));
    this.#loops.add(loop);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let backoffMs = 0;
    while (!signal.aborted) {
      try {
        const records = await this.#poll();
        if (records.length === 0) {
          if (this.#polling > 0) return;
          continue;
        }
        if (this.#polling === 0 && this.#loops.size < this.#maximumLoops) this.#spawn();
        const wasThrottled = await this.#deliver(records);
        backoffMs = wasThrottled ? nextBackoff(backoffMs) : 0;
      } catch (error) {
        if (signal.aborted) return;
        this.lastProcessingResult = `PROBLEM: ${error instanceof Error ? error.message : error}`;
        this.#options.log?.(`lambda: polling ${this.#config.queueArn}: ${error}`);
        backoffMs = nextBackoff(backoffMs);
      }
      if (backoffMs > 0) await delay(backoffMs, undefined, { signal }).catch(() => {});
    }
  }

  async #poll(): Promise<SqsRecord[]> {
    this.#polling += 1;
    try {
      return await this.#gather();
    } finally {
      this.#polling -= 1;
    }
  }

  /** One batch: what a single poll gives, or with a batching window what arrives within it. */
  async #gather(): Promise<SqsRecord[]> {
    const { batchSize, batchingWindow } = this.#config;
    const { clock } = this.#options;
    const records = await this.#receive(Math.min(batchSize, MAX_RECEIVE), LONG_POLL_SECONDS);
    if (records.length === 0 || batchingWindow === 0) return records;
    const closesAt = clock.now() + batchingWindow * 1000;
    const isFull = () =>
      records.length >= batchSize ||
      records.reduce((sum, { body }) => sum + body.length, 0) >= MAX_EVENT_BYTES * 0.8;
    while (!isFull() && clock.now() < closesAt && !this.#stopping.signal.aborted) {
      const secondsLeft = Math.ceil((closesAt - clock.now()) / 1000);
      const room = Math.min(batchSize - records.length, MAX_RECEIVE);
      records.push(...(await this.#receive(room, Math.min(secondsLeft, LONG_POLL_SECONDS))));
    }
    return records;
  }

  /** Receives messages; those that no filter lets through are deleted, as Lambda does. */
  async #receive(max: number, waitSeconds: number): Promise<SqsRecord[]> {
    const { queueArn } = this.#config;
    const received = await this.#options.queues.receive(queueArn, max, waitSeconds, this.#stopping.signal);
    const passed = received.filter(this.#passes);
    await this.#delete(received.filter((record) => !passed.includes(record)));
    return passed;
  }

  /** @returns whether a part was throttled */
  async #deliver(records: SqsRecord[]): Promise<boolean> {
    const { queueArn, functionName, reportBatchItemFailures } = this.#config;
    const { region } = this.#options.realm;
    let wasThrottled = false;
    for (const part of splitBatch(records, queueArn, region)) {
      if (this.#stopping.signal.aborted) {
        await this.#release(part);
        continue;
      }
      try {
        const result = await this.#invoker.invoke(functionName, sqsEvent(part, queueArn, region), {
          whenFull: "wait",
          signal: this.#stopping.signal,
        });
        this.lastProcessingResult = result.functionError ? "PROBLEM: Function call failed" : "OK";
        // Messages of a failed batch come back when their visibility timeout ends.
        if (result.functionError) continue;
        await this.#delete(reportBatchItemFailures ? succeededRecords(part, result.payload) : part);
      } catch (error) {
        if (this.#stopping.signal.aborted) {
          await this.#release(part);
          continue;
        }
        if (!isThrottle(error)) throw error;
        this.lastProcessingResult = "PROBLEM: Function call throttled";
        wasThrottled = true;
      }
    }
    return wasThrottled;
  }

  async #delete(records: readonly SqsRecord[]): Promise<void> {
    if (records.length === 0) return;
    const handles = records.map(({ receiptHandle }) => receiptHandle);
    await this.#options.queues.delete(this.#config.queueArn, handles);
  }

  async #release(records: readonly SqsRecord[]): Promise<void> {
    const handles = records.map(({ receiptHandle }) => receiptHandle);
    await this.#options.queues.release?.(this.#config.queueArn, handles);
  }
}

function nextBackoff(ms: number): number {
  return Math.min(Math.max(ms * 2, 1000), MAX_BACKOFF_MS);
}
