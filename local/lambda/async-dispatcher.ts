import { randomUUID } from "node:crypto";
import { AwsError } from "../wire/aws-error.ts";
import { type Condition, DEFAULT_INVOKE_CONFIG, decideAsync, isTooOld } from "./async-decision.ts";
import type { Concurrency } from "./concurrency.ts";
import { deliveriesFor } from "./deliveries.ts";
import type { EventQueue, QueuedEvent } from "./event-queue.ts";
import type { FunctionStore } from "./function-store.ts";
import type { InvocationResult, Invoker } from "./invoker.ts";
import { isThrottle } from "./lambda-error.ts";
import type { LambdaMetric, LambdaOptions } from "./ports.ts";

/** How soon a function at its reserved concurrency is looked at again. */
const BLOCKED_MS = 1000;
const MAX_DELIVERY_TRIES = 3;

export interface AsyncDispatcherParts {
  readonly options: LambdaOptions;
  readonly queue: EventQueue;
  readonly functions: FunctionStore;
  readonly invoker: Invoker;
  readonly concurrency: Concurrency;
  /** Events processed at once. */
  readonly limit: number;
}

/** Takes asynchronous events from their queue, runs their functions, and sees each through to its end. */
export class AsyncDispatcher {
  readonly #parts: AsyncDispatcherParts;
  readonly #running = new Map<number, { functionName: string; done: Promise<void> }>();
  #isStarted = false;
  #stopping = new AbortController();
  #cancelTimer = () => {};

  constructor(parts: AsyncDispatcherParts) {
    this.#parts = parts;
  }

  /** Queues an event; it is durable when this returns. @returns its request id */
  add(functionName: string, payload: string, clientContext?: unknown): string {
    const { queue, options } = this.#parts;
    const requestId = randomUUID();
    queue.add({ requestId, functionName, payload, clientContext, now: options.clock.now() });
    this.#metric(functionName, "AsyncEventsReceived");
    setImmediate(() => this.#pump());
    return requestId;
  }

  start(): void {
    this.#isStarted = true;
    this.#stopping = new AbortController();
    this.#pump();
  }

  /** Takes no further events; those that run are awaited, or stay in the queue when they are cut off. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#cancelTimer();
    this.#stopping.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #pump() {
    if (!this.#isStarted) return;
    this.#cancelTimer();
    const { queue, options, limit } = this.#parts;
    const now = options.clock.now();
    while (this.#running.size < limit) {
      const event = queue.due(now, this.#running.keys(), this.#blocked());
      if (!event) break;
      const done = this.#process(event)
        .catch((error) => {
          options.log?.(`lambda: event ${event.requestId} of ${event.functionName}: ${error}`);
          queue.reschedule(event, options.clock.now() + BLOCKED_MS);
        })
        .finally(() => {
          this.#running.delete(event.id);
          this.#pump();
        });
      this.#running.set(event.id, { functionName: event.functionName, done });
    }
    this.#setTimer();
  }

  #setTimer() {
    const { queue, options, limit } = this.#parts;
    if (this.#running.size >= limit) return;
    const blocked = this.#blocked();
    const next = queue.nextDueAt(this.#running.keys(), blocked);
    const waits = [
      ...(next === undefined ? [] : [Math.max(next - options.clock.now(), 1)]),
      ...(blocked.length > 0 ? [BLOCKED_MS] : []),
    ];
    if (waits.length > 0) this.#cancelTimer = options.clock.schedule(Math.min(...waits), () => this.#pump());
  }

  /** Functions that cannot take one more event now. With a reservation of zero, events are discarded instead. */
  #blocked(): string[] {
    const { functions, concurrency } = this.#parts;
    const starting = new Map<string, number>();
    for (const { functionName } of this.#running.values()) {
      starting.set(functionName, (starting.get(functionName) ?? 0) + 1);
    }
    return functions.list().flatMap(({ config: { functionName } }) => {
      const reserved = functions.reserved(functionName);
      const busy = Math.max(concurrency.running(functionName), starting.get(functionName) ?? 0);
      return reserved !== undefined && reserved > 0 && busy >= reserved ? [functionName] : [];
    });
  }

  async #process(event: QueuedEvent): Promise<void> {
    const { functions, invoker, options, queue } = this.#parts;
    if (event.deliveries) return await this.#deliver(event);
    const { functionName } = event;
    const config = functions.invokeConfig(functionName)?.config ?? DEFAULT_INVOKE_CONFIG;
    const age = () => options.clock.now() - event.receivedAt;
    if (isTooOld(age(), config)) return await this.#finish(event, "EventAgeExceeded");
    let result: InvocationResult | undefined;
    try {
      result = await invoker.invoke(functionName, event.payload, {
        requestId: event.requestId,
        clientContext: event.clientContext,
        whenFull: "wait",
        signal: this.#stopping.signal,
      });
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      if (error instanceof AwsError && error.code === "ResourceNotFoundException") {
        options.log?.(`lambda: dropped event ${event.requestId}: ${error.message}`);
        this.#metric(functionName, "AsyncEventsDropped");
        return queue.remove(event);
      }
      if (!isThrottle(error)) throw error;
    }
    // Environments are killed when the runtime stops: that is no failure of the function.
    if (this.#stopping.signal.aborted && result?.functionError) return;
    const attempt = !result ? "throttled" : result.functionError ? "function-error" : "success";
    const tried = {
      ...event,
      attempts: event.attempts + (attempt === "function-error" ? 1 : 0),
      throttles: event.throttles + (attempt === "throttled" ? 1 : 0),
    };
    const decision = decideAsync({
      attempt,
      attempts: tried.attempts,
      throttles: tried.throttles,
      ageMs: age(),
      reservedConcurrency: functions.reserved(functionName),
      config,
    });
    if (decision.kind === "finish") return await this.#finish(tried, decision.condition, result);
    queue.reschedule(tried, options.clock.now() + decision.afterMs);
  }

  async #finish(event: QueuedEvent, condition: Condition, result?: InvocationResult): Promise<void> {
    const { functions, options, queue } = this.#parts;
    if (condition !== "Success") {
      this.#metric(event.functionName, "AsyncEventsDropped");
      options.log?.(
        `lambda: ${event.functionName} gave up event ${event.requestId} (${condition}): ${result?.payload ?? ""}`,
      );
    }
    const deliveries = deliveriesFor({
      event,
      condition,
      result,
      config: functions.get(event.functionName),
      functionArn: functions.arn(event.functionName),
      invokeConfig: functions.invokeConfig(event.functionName)?.config ?? DEFAULT_INVOKE_CONFIG,
      now: options.clock.now(),
    });
    if (deliveries.length === 0) return queue.remove(event);
    const finished = { ...event, deliveries };
    queue.reschedule(finished, options.clock.now());
    await this.#deliver(finished);
  }

  async #deliver(event: QueuedEvent): Promise<void> {
    const { options, queue, functions } = this.#parts;
    const [delivery, ...others] = event.deliveries ?? [];
    if (!delivery) return queue.remove(event);
    const { targetArn, body, messageAttributes, detailType } = delivery;
    const { functionName } = event;
    const rest = { ...event, deliveries: others, deliveryTries: 0 };
    try {
      await options.send(targetArn, body, {
        sender: { functionName, roleArn: functions.get(functionName).roleArn },
        ...(messageAttributes && { messageAttributes }),
        ...(detailType && { detailType }),
      });
    } catch (error) {
      const deliveryTries = event.deliveryTries + 1;
      if (deliveryTries < MAX_DELIVERY_TRIES) {
        return queue.reschedule({ ...event, deliveryTries }, options.clock.now() + 1000 * deliveryTries);
      }
      const isDeadLetter = delivery.kind === "dead-letter";
      this.#metric(event.functionName, isDeadLetter ? "DeadLetterErrors" : "DestinationDeliveryFailures");
      options.log?.(`lambda: ${event.functionName} could not send a record to ${targetArn}: ${error}`);
    }
    queue.reschedule(rest, options.clock.now());
    await this.#deliver(rest);
  }

  #metric(functionName: string, name: LambdaMetric["name"]) {
    const timestamp = this.#parts.options.clock.now();
    this.#parts.options.onMetric?.({ functionName, name, value: 1, unit: "Count", timestamp });
  }
}
