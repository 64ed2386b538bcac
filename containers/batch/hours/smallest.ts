/** Keeps the first few of any number of values, by an order that makes no two of them equal. */
export class Smallest<Value> {
  readonly #values: Value[] = [];
  readonly #limit: number;
  readonly #compare: (a: Value, b: Value) => number;

  constructor(limit: number, compare: (a: Value, b: Value) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(value: Value): void {
    const last = this.#values.at(-1);
    if (this.#values.length === this.#limit && last !== undefined && this.#compare(value, last) >= 0) return;
    const at = this.#values.findIndex((other) => this.#compare(value, other) < 0);
    this.#values.splice(at < 0 ? this.#values.length : at, 0, value);
    if (this.#values.length > this.#limit) this.#values.pop();
  }

  get values(): readonly Value[] {
    return this.#values;
  }
}
