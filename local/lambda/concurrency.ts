import { throttled } from "./lambda-error.ts";

/** Concurrent executions of an account in one region, unless raised. */
export const ACCOUNT_CONCURRENCY = 1000;

/** Whether to refuse or to wait when this machine (not AWS) has no room. */
export type WhenFull = "refuse" | "wait";

interface Waiter {
  readonly functionName: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Counts running invocations against the limits that apply: the function's reserved concurrency, what the account
 * has left for functions without one, and what this machine runs at once.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class Concurrency {
  readonly #machineLimit: number;
  readonly #reserved: (functionName: string) => number | undefined;
  readonly #totalReserved: () => number;
  readonly #running = new Map<string, number>();
  #waiters: Waiter[] = [];

  constructor(options: {
    machineLimit: number;
    reserved: (functionName: string) => number | undefined;
    totalReserved: () => number;
  }) {
    this.#machineLimit = options.machineLimit;
    this.#reserved = options.reserved;
    this.#totalReserved = options.totalReserved;
  }

  running(functionName: string): number {
    return this.#running.get(functionName) ?? 0;
  }

  get total(): number {
    return this.#running.values().reduce((sum, count) => sum + count, 0);
  }

  /**
   * Takes a slot; the function that it resolves to gives it back.
   * @throws AwsError TooManyRequestsException when a limit of AWS is reached, or this machine's and not waiting
   */
  async enter(functionName: string, whenFull: WhenFull, signal?: AbortSignal): Promise<() => void> {
    this.#assertAllowed(functionName);
    if (this.total < this.#machineLimit) {
      this.#begin(functionName);
    } else if (whenFull === "refuse") {
      throw throttled("ConcurrentInvocationLimitExceeded");
    } else {
      await this.#wait(functionName, signal);
    }
    let isOpen = true;
    return () => {
      if (isOpen) this.#end(functionName);
      isOpen = false;
    };
  }

  #assertAllowed(functionName: string) {
    const reserved = this.#reserved(functionName);
    if (reserved !== undefined) {
      if (this.running(functionName) < reserved) return;
      throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    }
    const unreserved = [...this.#running].filter(([name]) => this.#reserved(name) === undefined);
    const running = unreserved.reduce((sum, [, count]) => sum + count, 0);
    if (running >= ACCOUNT_CONCURRENCY - this.#totalReserved()) {
      throw throttled("ConcurrentInvocationLimitExceeded");
    }
  }

  #begin(functionName: string) {
    this.#running.set(functionName, this.running(functionName) + 1);
  }

  #end(functionName: string) {
    this.#running.set(functionName, this.running(functionName) - 1);
    const next = this.#waiters.shift();
    if (!next) return;
    try {
      this.#assertAllowed(next.functionName);
      this.#begin(next.functionName);
      next.resolve();
    } catch (error) {
      next.reject(error);
      // The slot is still free for whoever comes after.
      this.#begin(functionName);
      this.#end(functionName);
    }
  }

  #wait(functionName: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const waiter: Waiter = {
        functionName,
        resolve: () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
        reject,
      };
      const abort = () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiters.push(waiter);
    });
  }
}
