/** How long something may take before it counts as lost. */
export interface Patience {
  /** On its way: seconds after which an event, or a message in an empty queue, has arrived. */
  readonly graceSeconds: number;
  /** Messages in the queue that it would wait in, seen or not. */
  readonly queued: number;
}

/**
 * Behind a backlog a message may wait for long, and a second one would only make the queue longer. After six hours one
 * more message does little harm, and may be the only one.
 */
const BACKLOG_SECONDS = 6 * 3_600;

/**
 * What to think of something that has not moved on.
 * @param ageMs since it should have
 */
export function judge(ageMs: number, { graceSeconds, queued }: Patience): "young" | "waiting" | "lost" {
  if (ageMs < graceSeconds * 1_000) return "young";
  return queued > 0 && ageMs < BACKLOG_SECONDS * 1_000 ? "waiting" : "lost";
}
