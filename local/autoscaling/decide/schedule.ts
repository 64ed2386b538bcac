import { parseSchedule } from "../../eventbridge/schedule/schedule.ts";
import { AwsError } from "../../wire/aws-error.ts";

/** The first run strictly after a time, milliseconds since the epoch; undefined when there is none any more. */
export type NextRun = (afterMs: number, anchorMs: number) => number | undefined;

const AT = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;

/**
 * Reads `at(yyyy-mm-ddThh:mm:ss)`, `rate(value unit)` or `cron(fields)`; the first and the last are in `timezone`.
 * @throws AwsError ValidationException
 */
export function parseScheduleExpression(expression: string, timezone = "UTC"): NextRun {
  checkTimezone(timezone);
  const at = AT.exec(expression)?.[1];
  if (at !== undefined) {
    const local = Date.parse(`${at}Z`);
    if (Number.isNaN(local)) throw invalid(`Schedule ${expression} is not a time`);
    const once = fromLocal(local, timezone);
    return (after) => (once > after ? once : undefined);
  }
  const schedule = read(expression);
  if (expression.startsWith("rate")) return (after, anchor) => schedule.next(after, anchor);
  return (after, anchor) => {
    const next = schedule.next(toLocal(after, timezone), anchor);
    return next === undefined ? undefined : fromLocal(next, timezone);
  };
}

function read(expression: string) {
  try {
    return parseSchedule(expression);
  } catch (cause) {
    throw new AwsError("ValidationException", `Schedule ${expression} is not at(…), rate(…) or cron(…)`, {
      cause,
    });
  }
}

function checkTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch (cause) {
    throw new AwsError("ValidationException", `Timezone ${timezone} is not a name of the IANA database`, {
      cause,
    });
  }
}

/** What clocks show there, as if it were UTC. */
function toLocal(ms: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(ms);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** When clocks there show a time. One that is skipped in spring comes as much later as the clocks are put on. */
function fromLocal(local: number, timezone: string): number {
  let ms = local;
  // The offset at the guess; once more, for guesses on the other side of a change.
  for (let round = 0; round < 2; round += 1) ms = local - (toLocal(ms, timezone) - ms);
  return ms;
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
