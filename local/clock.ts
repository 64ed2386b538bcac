/**
 * The runtime's time. Schedules, alarms and cooldowns read it, so that they can run faster than the wall
 * clock; time-outs of real work (a process, a socket) use real timers instead.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The clock's time at a moment of the wall clock; moments before it was made are the same in both. */
  at(wallMs: number): number;
  /** Runs `callback` after `ms` of this clock's time, or once the returned function is called, never. */
  schedule(ms: number, callback: () => void): () => void;
}

/** Timers longer than this fire at once in Node.js, so long waits are taken in steps. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @param speed how many seconds pass per real second; 1 is the wall clock */
export function createClock(speed = 1): Clock {
  const origin = Date.now();
  const at = (wallMs: number) => (wallMs < origin ? wallMs : origin + (wallMs - origin) * speed);
  const now = () => at(Date.now());
  const schedule = (ms: number, callback: () => void): (() => void) => {
    let timer: NodeJS.Timeout;
    const due = now() + ms;
    const step = () => {
      const left = (due - now()) / speed;
      if (left <= 0) return callback();
      timer = setTimeout(step, Math.min(Math.ceil(left), MAX_TIMER_MS));
    };
    timer = setTimeout(step, Math.min(Math.ceil(ms / speed), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  };
  return { now, at, schedule };
}
