/** A turn this near is taken at once: SQS delays by whole seconds, and a call takes a moment as well. */
const NEAR_MS = 250;
/** SQS delays a message by at most 15 minutes. */
const MAX_DELAY_SECONDS = 900;

/** Milliseconds that a launch waits for its turn; 0 when it has come. Both times are since the epoch. */
export function waitBeforeTurn(turn: number, now: number): number {
  return turn - now <= NEAR_MS ? 0 : turn - now;
}

/** Seconds to delay a message until a turn. One that is further off than SQS can delay comes by and waits again. */
export function secondsUntil(turn: number, now: number): number {
  return Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil((turn - now) / 1_000)));
}
