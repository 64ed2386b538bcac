/** What a worker does is told apart to a tenth of a second. */
const SLOT_MS = 100;
/** A job that says it took longer is the work of a wrong clock; the rest of its time is left out. */
const MAX_SLOTS = (24 * 3_600_000) / SLOT_MS;

/** When workers had jobs: a worker is busy in each tenth of a second with at least one job in it. */
export class WorkerTime {
  readonly #origin: number;
  readonly #workers = new Map<string, Uint8Array>();

  /** @param origin no job starts before this, in milliseconds since the epoch */
  constructor(origin: number) {
    this.#origin = origin;
  }

  /** @param from when the worker took the job; both in milliseconds since the epoch */
  add(worker: string, from: number, to: number): void {
    const first = Math.floor((from - this.#origin) / SLOT_MS);
    const last = Math.min(MAX_SLOTS - 1, Math.floor((to - this.#origin) / SLOT_MS));
    if (first < 0 || last < first) return;
    let slots = this.#workers.get(worker) ?? new Uint8Array(1_024);
    if (last >= slots.length) {
      const larger = new Uint8Array(Math.min(MAX_SLOTS, Math.max(last + 1, 2 * slots.length)));
      larger.set(slots);
      slots = larger;
    }
    this.#workers.set(worker, slots.fill(1, first, last + 1));
  }

  /** Over all workers; idle is what lies between a worker's first and last job without one. */
  summary(): { tasks: number; busyMs: number; idleMs: number } {
    let busy = 0;
    let idle = 0;
    for (const slots of this.#workers.values()) {
      const used = slots.reduce((sum, slot) => sum + slot, 0);
      busy += used;
      idle += slots.lastIndexOf(1) - slots.indexOf(1) + 1 - used;
    }
    return { tasks: this.#workers.size, busyMs: busy * SLOT_MS, idleMs: idle * SLOT_MS };
  }
}
