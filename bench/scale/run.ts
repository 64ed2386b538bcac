import { pipelines as DEPLOYED } from "../../infra/pipelines.ts";
import { Random } from "./engine/random.ts";
import { Simulation } from "./engine/simulation.ts";
import { type Figures, Ledger } from "./figures/ledger.ts";
import type { Policy } from "./policies/policy.ts";
import type { Workload } from "./workload/workload.ts";

/** A run that has no end by then has none: EventBridge itself gives up after a day. */
const LONGEST_SECONDS = 3 * 86_400;
/** How often it is looked whether all objects have come to their end. */
const LOOK_SECONDS = 60;

export interface Run {
  readonly figures: Figures;
  readonly ledger: Ledger;
}

/** One workload under one policy. The same seed gives the same figures. */
export async function run(policy: Policy, workload: Workload, seed = 1): Promise<Run> {
  const random = new Random(seed);
  const cohorts = workload.cohorts(DEPLOYED, random.fork());
  const simulation = new Simulation();
  const ledger = new Ledger();
  const system = policy.create({ simulation, ledger, workload, random: random.fork() });
  let more = true;
  const next = () => {
    const { value: cohort, done } = cohorts.next();
    if (done || !cohort) {
      more = false;
      return;
    }
    simulation.at(cohort.at, () => {
      ledger.arrived += cohort.count;
      if (cohort.poison) ledger.poison += cohort.count;
      system.upload(cohort);
      next();
    });
  };
  next();
  const horizon = workload.horizon ?? LONGEST_SECONDS;
  for (let at = LOOK_SECONDS; at <= horizon; at += LOOK_SECONDS) {
    await simulation.run(at);
    const over = !more && ledger.settled >= ledger.arrived && at >= ledger.lastResultAt;
    if (over && at >= workload.window) break;
  }
  system.close();
  return { figures: ledger.figures(), ledger };
}
