import { workerPlaces } from "../../../events/worker-places.ts";
import { parseConfig } from "../../../infra/config.ts";
import { pipelines } from "../../../infra/pipelines.ts";
import { WORKER_SIZE } from "../../../infra/worker-settings.ts";
import { longshore } from "../policies/longshore/longshore.ts";
import type { ChoiceRecord } from "./recorded.ts";

/** The sweep's parameters as infra/ has them by default. */
export function deployedChoice(): Omit<ChoiceRecord, "date" | "because"> {
  const { workerConcurrency, acceptableLatencySeconds, secondsPerMessage } = parseConfig({});
  return {
    dedicatedAboveBytes: Object.fromEntries(
      pipelines.map(({ name, dedicatedAboveBytes }) => [name, dedicatedAboveBytes]),
    ),
    worker: WORKER_SIZE,
    workerConcurrency: workerConcurrency ?? workerPlaces(WORKER_SIZE.cpu / 1_024),
    acceptableLatencySeconds,
    secondsPerMessage,
  };
}

/** The deployment itself, under the sweep's workload. */
export const DEPLOYED = longshore({ name: "deployed", description: "As infra/ has it" });
