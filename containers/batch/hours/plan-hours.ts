import { hourLater, hoursFrom } from "../../../events/batch/hour.ts";

export interface HoursKnown {
  /** The last hour that was rolled up; undefined before the first batch. */
  readonly watermark: string | undefined;
  /** The last hour that has ended. */
  readonly lastComplete: string;
  /** Hours to roll up again. */
  readonly open: readonly string[];
}

export interface HoursPlan {
  /** To roll up, in order. */
  readonly hours: readonly string[];
  /** Open for so long that they stay as they are. */
  readonly givenUp: readonly string[];
  /** Whether the watermark is later than the time: a clock was wrong when it was written. */
  readonly watermarkAhead: boolean;
}

/** Missed hours that one run catches up with; the next runs take the others. */
export const MAX_MISSED = 200;
/** For a day an open hour is rolled up every hour, then once a day. */
const OFTEN_HOURS = 24;
const GIVE_UP_HOURS = 30 * 24;

/** The hours that a run rolls up: those since the last run, and those that were still open. */
export function planHours({ watermark, lastComplete, open }: HoursKnown): HoursPlan {
  const behind = watermark === undefined ? 1 : hoursFrom(watermark, lastComplete);
  const watermarkAhead = behind < 0;
  const count = watermarkAhead ? 1 : Math.min(MAX_MISSED, behind);
  const first = hourLater(lastComplete, 1 - (watermarkAhead ? 1 : behind));
  const missed = Array.from({ length: count }, (_, index) => hourLater(first, index));
  const again = open.filter((hour) => !missed.includes(hour) && isDueAgain(hoursFrom(hour, lastComplete)));
  return {
    hours: [...again, ...missed].sort(),
    givenUp: open.filter((hour) => hoursFrom(hour, lastComplete) > GIVE_UP_HOURS),
    watermarkAhead,
  };
}

/** @param age hours since the hour was the last one; below 0 for the hour that has not ended */
function isDueAgain(age: number): boolean {
  if (age < -1 || age > GIVE_UP_HOURS) return false;
  return age < OFTEN_HOURS || age % OFTEN_HOURS === 0;
}
