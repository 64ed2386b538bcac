/** What waits in the jobs queue and is in work. */
export interface Backlog {
  /** Messages that no worker has. */
  readonly visible: number;
  /** Messages that a worker has and has not finished. */
  readonly inFlight: number;
}

/** Workers that there are, started or about to start. */
export interface WorkerCount {
  /** Of the service, which scaling keeps. */
  readonly service: number;
  /** Burst workers, which leave by themselves. */
  readonly burst: number;
}

export interface BurstPolicy {
  /** Seconds that a message may wait for its result. */
  readonly acceptableLatencySeconds: number;
  /** Seconds of one worker's time that a message takes, measured; less than its duration when many are in work. */
  readonly secondsPerMessage: number;
  /** Burst workers at most, whatever the backlog. */
  readonly maximumBurst: number;
}

/** How many workers drain a backlog within the acceptable latency. */
export function workersWanted(backlog: Backlog, policy: BurstPolicy): number {
  const secondsOfWork = (backlog.visible + backlog.inFlight) * policy.secondsPerMessage;
  return Math.ceil(secondsOfWork / policy.acceptableLatencySeconds);
}

/**
 * How many burst workers to start now: what is wanted beyond all that there are. The service's scaling looks at
 * the same backlog, and both count the other's workers as theirs, so that neither adds what the other has added.
 */
export function burstSize(backlog: Backlog, workers: WorkerCount, policy: BurstPolicy): number {
  const missing = workersWanted(backlog, policy) - workers.service - workers.burst;
  const room = policy.maximumBurst - workers.burst;
  return Math.max(0, Math.min(missing, room));
}

/** RunTask starts at most this many tasks a call. Source: ECS API reference, RunTask, `count`. */
const TASKS_A_CALL = 10;

/** A number of tasks as counts of RunTask calls. */
export function callsFor(tasks: number): number[] {
  const full = Array.from({ length: Math.floor(tasks / TASKS_A_CALL) }, () => TASKS_A_CALL);
  const rest = tasks % TASKS_A_CALL;
  return rest > 0 ? [...full, rest] : full;
}
