import type { Clock } from "../clock.ts";

/** Boundaries that were missed, because the machine slept or was busy, are caught up with as far as this. */
const MAX_CAUGHT_UP_MS = 5 * 60_000;

/**
 * Calls `tick` at every boundary of `everyMs` of the runtime's clock, in order and with the boundary's own time,
 * which the clock may have passed a little. @returns what ends it
 */
export function onEvery(clock: Clock, everyMs: number, tick: (atMs: number) => void): () => void {
  let next = Math.floor(clock.now() / everyMs) * everyMs + everyMs;
  let cancel = () => {};
  const run = () => {
    const now = clock.now();
    const oldest = Math.floor((now - MAX_CAUGHT_UP_MS) / everyMs) * everyMs;
    for (next = Math.max(next, oldest); next <= now; next += everyMs) tick(next);
    wait();
  };
  const wait = () => {
    cancel = clock.schedule(Math.max(0, next - clock.now()), run);
  };
  wait();
  return () => cancel();
}
