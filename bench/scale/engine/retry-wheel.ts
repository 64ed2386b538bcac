import type { Simulation } from "./simulation.ts";

/** What comes again later, gathered by the second: a million that wait cost one event a second. */
export class RetryWheel<Item> {
  readonly #simulation: Simulation;
  readonly #due: (items: Item[]) => void;
  readonly #slots = new Map<number, Item[]>();

  constructor(simulation: Simulation, due: (items: Item[]) => void) {
    this.#simulation = simulation;
    this.#due = due;
  }

  /** @param seconds from now, rounded up to a whole second of the clock */
  add(item: Item, seconds: number): void {
    const slot = Math.ceil(this.#simulation.now + seconds);
    const items = this.#slots.get(slot);
    if (items) {
      items.push(item);
      return;
    }
    const fresh = [item];
    this.#slots.set(slot, fresh);
    this.#simulation.at(slot, () => {
      this.#slots.delete(slot);
      this.#due(fresh);
    });
  }
}
