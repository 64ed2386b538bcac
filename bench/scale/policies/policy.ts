import type { Random } from "../engine/random.ts";
import type { Simulation } from "../engine/simulation.ts";
import type { Ledger } from "../figures/ledger.ts";
import type { Cohort, Workload } from "../workload/workload.ts";

/** What a policy runs on. */
export interface Ground {
  readonly simulation: Simulation;
  readonly ledger: Ledger;
  readonly workload: Workload;
  readonly random: Random;
}

/** A system under one policy. */
export interface System {
  /** Objects were uploaded, now. */
  upload(cohort: Cohort): void;
  /** The run is over: what still runs is paid for until now. */
  close(): void;
}

/** How uploads become tasks. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  /** Where the policy is from. */
  readonly source: string;
  /** Workloads that it is not made for, with the reason. */
  readonly leavesOut?: (workload: Workload) => string | undefined;
  create(ground: Ground): System;
}
