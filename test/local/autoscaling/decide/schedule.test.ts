import { describe, expect, it } from "vitest";
import { parseScheduleExpression } from "../../../../local/autoscaling/decide/schedule.ts";

const next = (expression: string, after: string, timezone?: string) => {
  const at = parseScheduleExpression(expression, timezone)(
    Date.parse(after),
    Date.parse("2026-01-01T00:00:00Z"),
  );
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe("schedules of scheduled actions", () => {
  it.each([
    ["at(2026-11-22T13:00:00)", "2026-11-22T12:00:00Z", undefined, "2026-11-22T13:00:00.000Z"],
    ["at(2026-11-22T13:00:00)", "2026-11-22T13:00:00Z", undefined, undefined],
    ["at(2026-07-22T13:00:00)", "2026-07-01T00:00:00Z", "Europe/Berlin", "2026-07-22T11:00:00.000Z"],
    ["rate(6 hours)", "2026-11-22T01:00:00Z", undefined, "2026-11-22T06:00:00.000Z"],
    ["cron(0 8 ? * MON-FRI *)", "2026-11-20T08:00:00Z", undefined, "2026-11-23T08:00:00.000Z"],
    ["cron(0 8 * * ? *)", "2026-11-22T00:00:00Z", "America/New_York", "2026-11-22T13:00:00.000Z"],
    ["cron(0 8 * * ? *)", "2026-07-22T00:00:00Z", "America/New_York", "2026-07-22T12:00:00.000Z"],
    // Clocks are put on at 02:00 on 29 March: 02:30 is skipped, and comes an hour later.
    ["cron(30 2 29 3 ? 2026)", "2026-03-28T00:00:00Z", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    ["cron(0 0 * * ? *)", "2026-11-22T14:59:00Z", "Asia/Tokyo", "2026-11-22T15:00:00.000Z"],
  ])("%s after %s in %s", (expression, after, timezone, expected) => {
    expect(next(expression, after, timezone)).toBe(expected);
  });

  it.each([
    ["every day", undefined],
    ["at(2026-13-40T00:00:00)", undefined],
    ["cron(0 8 * * *)", undefined],
    ["cron(0 8 * * ? *)", "Mars/Olympus"],
  ])("%s in %s is refused", (expression, timezone) => {
    expect(() => parseScheduleExpression(expression, timezone)).toThrow(
      expect.objectContaining({ code: "ValidationException" }),
    );
  });
});
