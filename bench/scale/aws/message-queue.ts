import type { Cohort } from "../workload/workload.ts";

/** Objects that are alike and wait together, and how often they were tried. */
export interface Waiting {
  readonly cohort: Cohort;
  count: number;
  /** Receives so far, 0 before the first. */
  readonly receives: number;
  /** Attempts so far. */
  readonly attempts: number;
}

/** What waits in an SQS queue, oldest first; alike messages are counted, not listed. */
export class MessageQueue {
  #items: (Waiting | undefined)[] = [];
  #head = 0;
  #visible = 0;
  /** Told when there is something to receive. */
  onArrival: () => void = () => {};

  get visible(): number {
    return this.#visible;
  }

  /** When the oldest message was sent, in its cohort's words: when it was uploaded. */
  get oldest(): number | undefined {
    return this.#items[this.#head]?.cohort.at;
  }

  send(waiting: Waiting): void {
    this.#items.push(waiting);
    this.#visible += waiting.count;
    this.onArrival();
  }

  /** As ReceiveMessage does: up to `most`, in pieces of messages alike. */
  receive(most: number): Waiting[] {
    const pieces: Waiting[] = [];
    for (let left = most; left > 0; ) {
      const first = this.#items[this.#head];
      if (!first) break;
      const count = Math.min(left, first.count);
      pieces.push({ ...first, count });
      left -= count;
      this.#visible -= count;
      first.count -= count;
      if (first.count === 0) this.#drop();
    }
    return pieces;
  }

  #drop(): void {
    this.#items[this.#head] = undefined;
    this.#head++;
    if (this.#head > 4_096 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }
}
