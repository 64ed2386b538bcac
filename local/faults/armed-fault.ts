import { seededRandom } from "./random.ts";
import type { Fault } from "./scenario.ts";

/** A fault that waits for occasions. */
export class ArmedFault<Kind extends Fault = Fault> {
  readonly id: string;
  readonly fault: Kind;
  /** Occasions that it fitted. */
  occasions = 0;
  /** How often it struck. */
  injections = 0;
  #chosen = 0;
  readonly #random: () => number;

  constructor(id: string, fault: Kind, seed: number) {
    this.id = id;
    this.fault = fault;
    this.#random = seededRandom(seed);
  }

  /**
   * Whether to strike at an occasion that the fault fits. Each occasion draws one number, chosen or not, so that the
   * nth occasion is decided alike in every run.
   */
  choose(): boolean {
    const { skip, probability, times = Number.POSITIVE_INFINITY } = this.fault;
    const drawn = this.#random();
    this.occasions += 1;
    if (this.#chosen >= times || this.occasions <= skip || drawn >= probability) return false;
    this.#chosen += 1;
    return true;
  }
}
