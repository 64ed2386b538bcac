import { longshore } from "../policies/longshore/longshore.ts";
import { run } from "../run.ts";
import { USUAL_WORLD, type Workload } from "../workload/workload.ts";
import type { Recorded } from "./recorded.ts";

/** What is known of the measured run and no policy's doing: uploads, start times, the time that an object takes. */
export function checkWorkload(measured: Recorded): Workload {
  const start = measured.startSeconds + measured.bootSeconds;
  return {
    name: "check",
    description: "2,000 objects as they were uploaded to the running local system",
    window: 0,
    world: {
      ...USUAL_WORLD,
      start: { median: start, sigma: 0, least: start, most: start },
      startFailures: 0,
      // The local CloudWatch looks at once.
      metricDelay: 0,
    },
    *cohorts([pipeline]) {
      if (!pipeline) return;
      for (const [index, at] of measured.uploads.entries()) {
        yield { at, count: 1, bytes: 20, pipeline, cpu: measured.service[index] ?? 0, poison: false };
      }
    },
  };
}

/** The measured run, simulated. */
export function simulateCheck(measured: Recorded) {
  const policy = longshore({ name: "simulated", description: "", settings: measured.settings });
  return run(policy, checkWorkload(measured));
}
