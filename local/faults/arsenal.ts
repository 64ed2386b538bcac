import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { ArmedFault } from "./armed-fault.ts";
import type { InjectionLog } from "./injection-log.ts";
import { seedFor } from "./random.ts";
import type { Fault, FaultKind, FaultOf, Scenario } from "./scenario.ts";

/** An armed fault as it is listed. */
export type FaultStatus = Fault & {
  readonly id: string;
  readonly occasions: number;
  readonly injections: number;
};

/** The faults that are armed. One that strikes is chosen first, and recorded when it does. */
export class Arsenal {
  readonly clock: Clock;
  readonly log: InjectionLog;
  readonly #armed = new Map<string, ArmedFault>();
  /** Faults by kind, so that an occasion for which none is armed costs one look. */
  readonly #byKind = new Map<FaultKind, ArmedFault[]>();

  constructor(clock: Clock, log: InjectionLog) {
    this.clock = clock;
    this.log = log;
  }

  /** A fault with the id of an armed one takes its place. @returns the faults in the scenario's order */
  arm({ seed, faults }: Scenario): ArmedFault[] {
    const armed = faults.map((fault, index) => {
      const id = fault.id ?? `${fault.kind}-${randomUUID().slice(0, 8)}`;
      // By place and kind, not by id: an id that was made up must not change what a seed brings about.
      return new ArmedFault(id, fault, seedFor(seed, `${index} ${fault.kind}`));
    });
    for (const fault of armed) this.#armed.set(fault.id, fault);
    this.#sort();
    return armed;
  }

  /** @returns whether there was such a fault */
  disarm(id: string): boolean {
    const found = this.#armed.delete(id);
    this.#sort();
    return found;
  }

  disarmAll(): void {
    this.#armed.clear();
    this.#sort();
  }

  has(kind: FaultKind): boolean {
    return this.#byKind.has(kind);
  }

  isArmed(id: string): boolean {
    return this.#armed.has(id);
  }

  list(): FaultStatus[] {
    return [...this.#armed.values()].map(({ id, fault, occasions, injections }) => ({
      ...fault,
      id,
      occasions,
      injections,
    }));
  }

  /** The first armed fault of a kind that fits an occasion and is to strike at it. */
  choose<Kind extends FaultKind>(
    kind: Kind,
    fits: (fault: FaultOf<Kind>) => boolean,
  ): ArmedFault<FaultOf<Kind>> | undefined {
    // #byKind holds under a kind what has that kind.
    const armed = (this.#byKind.get(kind) ?? []) as unknown as ArmedFault<FaultOf<Kind>>[];
    return armed.find((one) => fits(one.fault) && one.choose());
  }

  /** Writes down that a fault strikes now. */
  record(armed: ArmedFault, target: string, detail: Readonly<Record<string, unknown>> = {}): void {
    armed.injections += 1;
    this.log.add({ faultId: armed.id, kind: armed.fault.kind, target, detail });
  }

  #sort(): void {
    this.#byKind.clear();
    for (const armed of this.#armed.values()) {
      this.#byKind.set(armed.fault.kind, [...(this.#byKind.get(armed.fault.kind) ?? []), armed]);
    }
  }
}
