import type { Config } from "./config.ts";

/** An alarm and what its policy does to the number of workers, without any construct: the simulation reads it too. */
export interface PlannedPolicy {
  /** Metric math over `visible`, `inFlight` and `running`, each of one minute. */
  readonly expression: string;
  /** At or above it. */
  readonly threshold: number;
  /** Minutes. */
  readonly evaluationPeriods: number;
  readonly label: string;
  readonly adjustment: "ChangeInCapacity";
  /** Bounds count from the threshold. */
  readonly steps: readonly {
    readonly lowerBound: number;
    readonly upperBound?: number;
    readonly adjustment: number;
  }[];
}

/** Minutes with little to do before a worker goes: starting one costs a minute at least. */
const IDLE_MINUTES = 5;
const RUNNING = "FILL(running, 0)";
const PER_WORKER = `((visible + inFlight) / IF(${RUNNING} < 1, 1, ${RUNNING}))`;

type Backlog = Pick<Config, "acceptableLatencySeconds" | "secondsPerMessage">;

/** Messages that one worker does in the acceptable latency. */
export function acceptableBacklog({ acceptableLatencySeconds, secondsPerMessage }: Backlog): number {
  return Math.max(1, Math.floor(acceptableLatencySeconds / secondsPerMessage));
}

/** Adds workers, the more the further the backlog of each is above what is acceptable. */
export function addWorkers(config: Backlog): PlannedPolicy {
  const acceptable = acceptableBacklog(config);
  return {
    expression: PER_WORKER,
    threshold: acceptable,
    evaluationPeriods: 1,
    label: "Messages per worker",
    adjustment: "ChangeInCapacity",
    steps: [
      { lowerBound: 0, upperBound: 3 * acceptable, adjustment: 1 },
      { lowerBound: 3 * acceptable, upperBound: 15 * acceptable, adjustment: 4 },
      { lowerBound: 15 * acceptable, adjustment: 10 },
    ],
  };
}

/** Takes a worker away; the last one only when there is nothing at all to do. */
export function removeWorker(config: Backlog): PlannedPolicy {
  const acceptable = acceptableBacklog(config);
  return {
    expression: `IF(${RUNNING} > 1, ${PER_WORKER} < ${acceptable / 2}, (visible + inFlight) < 1)`,
    threshold: 1,
    evaluationPeriods: IDLE_MINUTES,
    label: "Whether a worker can go",
    adjustment: "ChangeInCapacity",
    steps: [{ lowerBound: 0, adjustment: -1 }],
  };
}

/**
 * The first message on an empty system starts a worker. No other policy can: with no task there is nothing to
 * divide by, and nothing whose CPU or memory could be measured. It adds one and never sets the number: a backlog may have
 * asked for ten that have not started, and setting one would take nine of them back.
 */
export const START_FIRST_WORKER: PlannedPolicy = {
  expression: `IF(${RUNNING} < 1, visible, 0)`,
  threshold: 1,
  evaluationPeriods: 1,
  label: "Messages without any worker",
  adjustment: "ChangeInCapacity",
  steps: [{ lowerBound: 0, adjustment: 1 }],
};

/** A worker that started for a burst stays for this long without a message: less than starting another costs. */
export const LEAVE_AFTER_IDLE_SECONDS = 60;

/** From when on burst workers start. */
export function burstThresholds(config: Backlog & Pick<Config, "burstFactor" | "minWorkers">): {
  readonly messages: number;
  readonly ageSeconds: number;
} {
  const { burstFactor, acceptableLatencySeconds, minWorkers, secondsPerMessage } = config;
  return {
    messages: Math.ceil(
      (burstFactor * acceptableLatencySeconds * Math.max(1, minWorkers)) / secondsPerMessage,
    ),
    ageSeconds: 2 * acceptableLatencySeconds,
  };
}
