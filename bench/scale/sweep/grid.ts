import type { TaskSize } from "../../../events/pipeline.ts";
import { longshore } from "../policies/longshore/longshore.ts";
import type { Policy } from "../policies/policy.ts";
import { burst, poisson } from "../workload/arrivals.ts";
import { HEAVY_TAILED } from "../workload/sizes.ts";
import { type Cohort, USUAL_WORLD, type Workload } from "../workload/workload.ts";

/** One point of the sweep. */
export interface Choice {
  /** Above this an object has a task of its own. */
  readonly dedicatedAboveMiB: number;
  readonly worker: TaskSize;
  readonly workerConcurrency: number;
  readonly acceptableLatencySeconds: number;
}

const THRESHOLDS = [1, 4, 16, 64, 256];
/** No less than 2 GB, which the analyzers need for what they take at the largest threshold. */
const WORKERS: readonly TaskSize[] = [
  { cpu: 512, memoryMiB: 2_048 },
  { cpu: 1_024, memoryMiB: 2_048 },
  { cpu: 2_048, memoryMiB: 4_096 },
];
const CONCURRENCIES = [4, 8, 16];
const LATENCIES = [15, 30, 60, 120, 300];

export const GRID: readonly Choice[] = THRESHOLDS.flatMap((dedicatedAboveMiB) =>
  WORKERS.flatMap((worker) =>
    CONCURRENCIES.flatMap((workerConcurrency) =>
      LATENCIES.map((acceptableLatencySeconds) => ({
        dedicatedAboveMiB,
        worker,
        workerConcurrency,
        acceptableLatencySeconds,
      })),
    ),
  ),
);

const HOUR = 3_600;

/** What the sweep runs: an hour of five a second, and five thousand at once in its middle. */
export const SWEEP_WORKLOAD: Workload = {
  name: "sweep",
  description: "An hour of five objects a second, heavy-tailed, with a burst of 5,000 in its middle",
  window: 1.5 * HOUR,
  world: USUAL_WORLD,
  *cohorts(pipelines, random) {
    const kind = { sizes: HEAVY_TAILED };
    const even = poisson(5, HOUR, kind, pipelines, random.fork());
    const many = burst(5_000, HOUR / 2 + 1, 1, kind, pipelines, random.fork());
    yield* merged(even, many);
  },
};

/** A worker of another size takes another share of its time for a message. */
const VCPU_SECONDS_PER_MESSAGE = 0.05;

export function policyOf(choice: Choice): Policy {
  const { dedicatedAboveMiB, worker, workerConcurrency, acceptableLatencySeconds } = choice;
  return longshore({
    name: "Longshore",
    description: "A point of the sweep",
    dedicatedAboveBytes: dedicatedAboveMiB * 2 ** 20,
    workerSize: worker,
    settings: {
      workerConcurrency,
      acceptableLatencySeconds,
      secondsPerMessage: (VCPU_SECONDS_PER_MESSAGE * 1_024) / worker.cpu,
    },
  });
}

/** Two streams as one, in the order of time. */
function* merged(a: Generator<Cohort>, b: Generator<Cohort>): Generator<Cohort> {
  let [x, y] = [a.next(), b.next()];
  while (!x.done || !y.done) {
    if (y.done || (!x.done && x.value.at <= y.value.at)) {
      if (!x.done) yield x.value;
      x = a.next();
    } else {
      yield y.value;
      y = b.next();
    }
  }
}
