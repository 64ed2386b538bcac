import { quantile } from "../../support/report.ts";
import type { Run } from "../run.ts";
import type { Recorded } from "./recorded.ts";

/** A figure of the measured run beside the simulation's. */
export interface Difference {
  readonly name: string;
  readonly measured: number;
  readonly simulated: number;
  /** Of the measured figure: 0.1 is ten percent more in the simulation. */
  readonly difference: number;
}

export function compare(measured: Recorded, { ledger }: Run): Difference[] {
  const of = (name: string, real: number, simulated: number): Difference => ({
    name,
    measured: real,
    simulated,
    difference: simulated / real - 1,
  });
  return [
    of("time to result, p50", quantile(measured.times, 0.5), ledger.times.quantile(0.5)),
    of("time to result, p95", quantile(measured.times, 0.95), ledger.times.quantile(0.95)),
    of("time to result, max", Math.max(...measured.times), ledger.times.max),
    of("task seconds", measured.taskSeconds, ledger.ranSeconds),
  ];
}
