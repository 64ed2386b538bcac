import type { Clock } from "../../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { DeliveryStore, PendingDelivery, Postponement } from "../store/delivery-store.ts";
import { createTargetReader, toRequest } from "./attempt.ts";
import { classifyFailure, type Failure } from "./failure.ts";
import type { DeadLetter, Deliver } from "./request.ts";
import { backoff, DEFAULT_RETRY_POLICY, nextStep } from "./retry.ts";

/** Says what happened to an event that nobody will see. */
export type Log = (message: string, fields: Readonly<Record<string, unknown>>) => void;

export interface DeliveryWorkerOptions {
  readonly store: DeliveryStore;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly deadLetter: DeadLetter;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Deliveries under way at once. */
  readonly concurrency: number;
  /** True while somebody's transaction is open: what it wrote may yet be undone. */
  readonly isUncommitted: () => boolean;
}

const BATCH = 500;
/** How often to look again while a transaction stays open; also a floor for the timer of retries. */
const RECHECK_MS = 5;
/** How long to wait for a store that failed. */
const STORE_RETRY_MS = 1_000;

/** Takes due deliveries from the store, in batches, and sees each to its end. */
export class DeliveryWorker {
  private readonly options: DeliveryWorkerOptions;
  private readonly readTarget = createTargetReader();
  private readonly claimed = new Set<number>();
  private readonly buffer: PendingDelivery[] = [];
  private readonly idleWaiters: (() => void)[] = [];
  private finished: number[] = [];
  private postponed: Postponement[] = [];
  private active = 0;
  private running = false;
  private scheduled = false;
  private cancelTimer: (() => void) | undefined;

  constructor(options: DeliveryWorkerOptions) {
    this.options = options;
  }

  start(): void {
    this.options.store.hasten(this.options.clock.now());
    this.running = true;
    this.wake();
  }

  /** Looks for due deliveries soon, once the caller's transaction has ended. */
  wake(): void {
    if (!this.running || this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      try {
        this.pump();
      } catch (error) {
        // The store failed (a full disk, say): nothing is lost, it is asked again.
        this.options.log("pending deliveries could not be read or settled", { error: String(error) });
        setTimeout(() => this.wake(), STORE_RETRY_MS);
      }
    });
  }

  /** Resolves once nothing is due and nothing is under way; retries that wait for later stay in the store. */
  async drain(): Promise<void> {
    if (!this.running) return this.quiet();
    const idle = new Promise<void>((resolve) => this.idleWaiters.push(resolve));
    this.wake();
    return idle;
  }

  /** Takes no more, waits for what is under way, and writes down how it ended. */
  async stop(): Promise<void> {
    this.running = false;
    this.cancelTimer?.();
    for (const row of this.buffer.splice(0)) this.claimed.delete(row.id);
    await this.quiet();
    this.settle();
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private quiet(): Promise<void> {
    if (this.active === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  private pump(): void {
    if (!this.running) return;
    if (this.options.isUncommitted()) {
      setTimeout(() => this.wake(), RECHECK_MS);
      return;
    }
    // Written down at once, so that a crash repeats as few deliveries as can be.
    this.settle();
    while (this.active < this.options.concurrency) {
      if (this.buffer.length === 0) this.refill();
      const row = this.buffer.shift();
      if (row === undefined) break;
      void this.see(row);
    }
    if (this.active === 0) this.rest();
  }

  private refill(): void {
    const rows = this.options.store.due(this.options.clock.now(), BATCH + this.claimed.size);
    for (const row of rows) {
      if (this.claimed.has(row.id)) continue;
      this.claimed.add(row.id);
      this.buffer.push(row);
    }
  }

  private rest(): void {
    for (const resolve of this.idleWaiters.splice(0)) resolve();
    this.cancelTimer?.();
    const now = this.options.clock.now();
    const due = this.options.store.nextDue(now);
    if (due === undefined) return;
    this.cancelTimer = this.options.clock.schedule(Math.max(RECHECK_MS, due - now), () => this.wake());
  }

  private settle(): void {
    const { finished, postponed } = this;
    if (finished.length === 0 && postponed.length === 0) return;
    this.options.store.settle(finished, postponed);
    this.finished = [];
    this.postponed = [];
    for (const id of finished) this.claimed.delete(id);
    for (const { id } of postponed) this.claimed.delete(id);
  }

  private async see(row: PendingDelivery): Promise<void> {
    this.active++;
    try {
      await this.attempt(row);
    } catch (error) {
      // Not a failed delivery but a defect: keep the row and let time pass.
      this.options.log("delivery could not be processed", { deliveryId: row.id, error: String(error) });
      this.postpone(row, row.attempts + 1, undefined);
    } finally {
      this.active--;
      if (this.running) this.wake();
      else if (this.active === 0) for (const resolve of this.idleWaiters.splice(0)) resolve();
    }
  }

  private async attempt(row: PendingDelivery): Promise<void> {
    const rule = { arn: row.ruleArn, name: row.ruleName, bus: row.bus };
    if (row.failure !== null) return this.bury(row, JSON.parse(row.failure) as Failure, row.attempts);
    if (row.attempts > 0) this.options.metrics.count("RetryInvocationAttempts", rule);
    const attempts = row.attempts + 1;
    try {
      await this.options.deliver(toRequest(row, this.readTarget(row.target)));
    } catch (error) {
      const failure = classifyFailure(error);
      const { target } = this.readTarget(row.target);
      const policy = {
        MaximumRetryAttempts:
          target.RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_RETRY_POLICY.MaximumRetryAttempts,
        MaximumEventAgeInSeconds:
          target.RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_RETRY_POLICY.MaximumEventAgeInSeconds,
      };
      const { clock } = this.options;
      const step = nextStep(failure, attempts, row.ingested, clock.now(), policy, Math.random());
      if (step.kind === "retry") {
        this.postponed.push({ id: row.id, due: step.due, attempts, failure: undefined });
        return;
      }
      this.options.metrics.count("Invocations", rule);
      return this.bury(row, failure, attempts, step.exhausted);
    }
    this.options.metrics.count("Invocations", rule);
    this.finished.push(row.id);
  }

  /** Sends an event that could not be delivered to the target's dead-letter queue, or drops it with a word. */
  private async bury(
    row: PendingDelivery,
    failure: Failure,
    attempts: number,
    exhausted: string | undefined = failure.exhausted,
  ): Promise<void> {
    const { metrics, log, deadLetter } = this.options;
    const rule = { arn: row.ruleArn, name: row.ruleName, bus: row.bus };
    const { target } = this.readTarget(row.target);
    const fields = {
      ruleArn: row.ruleArn,
      targetArn: target.Arn,
      code: failure.code,
      reason: failure.message,
    };
    const queueArn = target.DeadLetterConfig?.Arn;
    if (queueArn === undefined) {
      metrics.count("FailedInvocations", rule);
      log("event dropped: its target failed and has no dead-letter queue", fields);
      this.finished.push(row.id);
      return;
    }
    try {
      await deadLetter(queueArn, row.event, {
        RULE_ARN: row.ruleArn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
        RETRY_ATTEMPTS: String(attempts - 1),
      });
      metrics.count("InvocationsSentToDlq", rule);
      this.finished.push(row.id);
    } catch (error) {
      const why = classifyFailure(error);
      if (why.retriable) return this.postpone(row, attempts, { ...failure, exhausted });
      metrics.count("InvocationsFailedToBeSentToDlq", rule);
      log("event dropped: its dead-letter queue refused it", { ...fields, queueArn, refusal: why.message });
      this.finished.push(row.id);
    }
  }

  private postpone(row: PendingDelivery, attempts: number, failure: Failure | undefined): void {
    const due = this.options.clock.now() + backoff(attempts, Math.random());
    this.postponed.push({ id: row.id, due, attempts, failure });
  }
}
