import { setTimeout as pause } from "node:timers/promises";
import { BATCH_KEYS, leaseItem } from "../../events/batch/batch-items.ts";
import type { BatchTable } from "./batch-table.ts";
import type { BatchClock } from "./server-clock.ts";

/** Another batch took over: this one was silent for longer than its lease. */
export class LeaseLostError extends Error {
  constructor(owner: string) {
    super(
      `The lease of ${owner} has run out or is another batch's by now; what it did not finish, the next one will`,
    );
    this.name = "LeaseLostError";
  }
}

export interface LeaseOptions {
  readonly table: BatchTable;
  readonly clock: BatchClock;
  /** ARN of the task. */
  readonly owner: string;
  readonly leaseMs: number;
}

/** Renewed this often within its length. */
const RENEWALS = 3;

/** The right to run the batch, which one task has at a time. It goes on until it is released or its task dies. */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #ended = new AbortController();
  readonly #renewals: Promise<void>;
  /** By the process's own counter, which no clock moves. */
  #validUntil: number;

  private constructor(options: LeaseOptions, asked: number) {
    this.#options = options;
    this.#validUntil = asked + options.leaseMs;
    this.#renewals = this.#renew();
  }

  /** @returns undefined while another batch has it */
  static async acquire(options: LeaseOptions): Promise<Lease | undefined> {
    const { table, clock, owner } = options;
    // Its answer sets the clock.
    await table.get(BATCH_KEYS.lease, leaseItem);
    const asked = performance.now();
    const isOurs = await table.update(BATCH_KEYS.lease, leaseOf(options), {
      expression: "attribute_not_exists(#owner) OR #owner = :none OR #owner = :owner OR #expiresAt < :now",
      values: { ":none": "", ":owner": owner, ":now": clock.now() },
    });
    return isOurs ? new Lease(options, asked) : undefined;
  }

  /** To be called before every write. @throws LeaseLostError */
  assertHeld(): void {
    if (performance.now() >= this.#validUntil) throw new LeaseLostError(this.#options.owner);
  }

  /** Lets the next batch start at once. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#renewals;
    const { table, owner } = this.#options;
    await table.update(
      BATCH_KEYS.lease,
      { owner: "", expiresAt: 0 },
      { expression: "#owner = :owner", values: { ":owner": owner } },
    );
  }

  async #renew(): Promise<void> {
    const { table, owner, leaseMs } = this.#options;
    const { signal } = this.#ended;
    for (;;) {
      await pause(leaseMs / RENEWALS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const asked = performance.now();
      try {
        const isOurs = await table.update(BATCH_KEYS.lease, leaseOf(this.#options), {
          expression: "#owner = :owner",
          values: { ":owner": owner },
        });
        this.#validUntil = isOurs ? asked + leaseMs : 0;
        if (!isOurs) return;
      } catch {
        // The next renewal may fare better; until then the lease runs on, and then it is lost.
      }
    }
  }
}

function leaseOf({ owner, clock, leaseMs }: LeaseOptions) {
  return { owner, expiresAt: Math.ceil(clock.now() + leaseMs) };
}
