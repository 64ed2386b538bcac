import { AwsError } from "../../wire/aws-error.ts";
import { parseCron } from "./cron.ts";

/** When a scheduled rule runs. */
export interface Schedule {
  /**
   * The first run strictly after a time; undefined when there is none any more.
   * @param anchorMs when the rule was made or enabled: a rate counts from there
   */
  next(afterMs: number, anchorMs: number): number | undefined;
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const RATE = /^rate\((\d{1,9}) (minute|hour|day)(s?)\)$/;
const CRON = /^cron\(([^()]*)\)$/;

/**
 * Reads a schedule expression: `rate(1 minute)`, `rate(5 hours)` (singular for one, plural otherwise) or `cron(…)`.
 * @throws AwsError ValidationException in AWS's words
 */
export function parseSchedule(expression: string): Schedule {
  const schedule = parseRate(expression) ?? parseCronExpression(expression);
  if (schedule === undefined) {
    throw new AwsError("ValidationException", "Parameter ScheduleExpression is not valid.");
  }
  return schedule;
}

function parseRate(expression: string): Schedule | undefined {
  const [, countText, unit, plural] = RATE.exec(expression) ?? [];
  const count = Number(countText);
  if (!(count > 0) || (count === 1) === (plural === "s")) return undefined;
  const interval = count * UNIT_MS[unit as keyof typeof UNIT_MS];
  return {
    next: (afterMs, anchorMs) => {
      const elapsed = Math.floor((afterMs - anchorMs) / interval);
      return anchorMs + (elapsed + 1) * interval;
    },
  };
}

function parseCronExpression(expression: string): Schedule | undefined {
  const fields = CRON.exec(expression)?.[1];
  const next = fields === undefined ? undefined : parseCron(fields);
  return next && { next };
}
