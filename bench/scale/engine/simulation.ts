/** One of the project's asynchronous functions may be part of it: time stands still until it has returned. */
type Action = () => unknown;

interface Event {
  readonly at: number;
  /** Events of one instant happen in the order in which they were scheduled. */
  readonly order: number;
  readonly action: Action;
}

/** Time that jumps from event to event. All times are seconds since the beginning. */
export class Simulation {
  #now = 0;
  #order = 0;
  readonly #heap: Event[] = [];

  get now(): number {
    return this.#now;
  }

  at(time: number, action: Action): void {
    this.#push({ at: Math.max(time, this.#now), order: this.#order++, action });
  }

  after(seconds: number, action: Action): void {
    this.at(this.#now + seconds, action);
  }

  /** Every `seconds` from `first` on, for as long as `action` does not return false. */
  every(seconds: number, first: number, action: (at: number) => boolean): void {
    this.at(first, () => {
      if (action(this.#now)) this.every(seconds, first + seconds, action);
    });
  }

  /** Until nothing is left to happen, or `until`. */
  async run(until = Number.POSITIVE_INFINITY): Promise<void> {
    for (let event = this.#heap[0]; event && event.at <= until; event = this.#heap[0]) {
      this.#pop();
      this.#now = event.at;
      const done = event.action();
      if (done instanceof Promise) await done;
    }
    if (Number.isFinite(until)) this.#now = Math.max(this.#now, until);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || before(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const right = heap[child + 1];
      const left = heap[child];
      if (!left) break;
      if (right && before(right, left)) child++;
      const smaller = heap[child];
      if (!smaller || before(last, smaller)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
