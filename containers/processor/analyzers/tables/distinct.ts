import type { Column } from "./column.ts";
import { identifier } from "./sql.ts";

/** Values of a column that are kept apart, of however many there are: more than this say no more. */
const KEPT_VALUES = 100_000;

/** Estimates the distinct values of columns of many rows, from the hashes of all of them and from a sample of rows. */
export class DistinctEstimate {
  readonly #oneIn: number;

  constructor(rows: number) {
    this.#oneIn = Math.max(1, Math.floor(rows / KEPT_VALUES));
  }

  /** An aggregate over all rows: the distinct values of one hash in so many. Equal values are all in or all out. */
  keptOf({ name }: Column): string {
    const c = identifier(name);
    return `count(DISTINCT hash(${c})) FILTER (hash(${c}) % ${this.#oneIn} = 0 AND ${c} IS NOT NULL)`;
  }

  /** An aggregate over the sample. */
  sampledOf({ name }: Column): string {
    return `count(DISTINCT ${identifier(name)})`;
  }

  /**
   * What was kept, scaled up, is right to about one in its square root: 0.3 % where nearly all values differ, and
   * little to go by where few do. Those the sample has all seen; its count is taken unless it is too low to be true.
   */
  from(kept: number, sampled: number): number {
    const scaled = kept * this.#oneIn;
    const doubt = 3 * this.#oneIn * Math.sqrt(kept + 1);
    return sampled >= scaled - doubt && kept < MOST_DOUBTFUL ? sampled : Math.max(sampled, scaled);
  }
}

/** From so many kept values on, the scaled count is the better one. */
const MOST_DOUBTFUL = 1_000;
