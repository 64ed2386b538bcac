import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../../local/eventbridge/schedule/schedule.ts";

const at = (text: string) => Date.parse(text);

function runs(expression: string, after: string, count: number): string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  for (let from = at(after); found.length < count; ) {
    const next = schedule.next(from, at(after));
    if (next === undefined) break;
    found.push(new Date(next).toISOString().replace(":00.000Z", "Z"));
    from = next;
  }
  return found;
}

describe("cron", () => {
  // 2026-01-15 is a Thursday.
  it.each([
    ["cron(0 10 * * ? *)", ["2026-01-15T10:00Z", "2026-01-16T10:00Z"]],
    ["cron(15 12 * * ? *)", ["2026-01-15T12:15Z", "2026-01-16T12:15Z"]],
    ["cron(0 18 ? * MON-FRI *)", ["2026-01-15T18:00Z", "2026-01-16T18:00Z", "2026-01-19T18:00Z"]],
    ["cron(0 8 1 * ? *)", ["2026-02-01T08:00Z", "2026-03-01T08:00Z"]],
    ["cron(0/15 * * * ? *)", ["2026-01-15T09:45Z", "2026-01-15T10:00Z"]],
    ["cron(*/20 9 * * ? *)", ["2026-01-15T09:40Z", "2026-01-16T09:00Z"]],
    ["cron(0/5 8-9 ? * 2-6 *)", ["2026-01-15T09:35Z", "2026-01-15T09:40Z"]],
    ["cron(5,35 14 * * ? *)", ["2026-01-15T14:05Z", "2026-01-15T14:35Z", "2026-01-16T14:05Z"]],
    ["cron(0 22-1 * * ? *)", ["2026-01-15T22:00Z", "2026-01-15T23:00Z", "2026-01-16T00:00Z"]],
    ["cron(0 0 ? * FRI-MON *)", ["2026-01-16T00:00Z", "2026-01-17T00:00Z", "2026-01-18T00:00Z"]],
    ["cron(0 0 L * ? *)", ["2026-01-31T00:00Z", "2026-02-28T00:00Z"]],
    ["cron(0 0 L-3 * ? *)", ["2026-01-28T00:00Z", "2026-02-25T00:00Z"]],
    ["cron(0 0 LW * ? *)", ["2026-01-30T00:00Z", "2026-02-27T00:00Z"]],
    // Sunday the 1st and Saturday the 1st: the Monday after; never the month before.
    ["cron(0 0 1W 2,8 ? *)", ["2026-02-02T00:00Z", "2026-08-03T00:00Z"]],
    ["cron(0 0 17W * ? *)", ["2026-01-16T00:00Z", "2026-02-17T00:00Z"]],
    ["cron(15 10 ? * 6L *)", ["2026-01-30T10:15Z", "2026-02-27T10:15Z"]],
    ["cron(15 10 ? * friL *)", ["2026-01-30T10:15Z", "2026-02-27T10:15Z"]],
    ["cron(0 2 ? * SAT#3 *)", ["2026-01-17T02:00Z", "2026-02-21T02:00Z"]],
    ["cron(0 2 ? * 2#5 *)", ["2026-03-30T02:00Z", "2026-06-29T02:00Z"]],
    ["cron(0 2 ? * L *)", ["2026-01-17T02:00Z"]],
    ["cron(0 0 29 2 ? *)", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]],
    ["cron(0 0 1 JAN,jul ? 2026-2027)", ["2026-07-01T00:00Z", "2027-01-01T00:00Z", "2027-07-01T00:00Z"]],
    ["cron(0 0 1 1 ? 2026/2)", ["2028-01-01T00:00Z", "2030-01-01T00:00Z"]],
  ])("%s", (expression, expected) => {
    expect(runs(expression, "2026-01-15T09:30:30Z", expected.length)).toEqual(expected);
  });

  it.each(["cron(15 10 ? * 6L 2002-2005)", "cron(0 0 30 2 ? *)", "cron(0 0 1 1 ? 2026)"])(
    "%s never runs again",
    (expression) => {
      expect(runs(expression, "2026-01-15T09:30:30Z", 1)).toEqual([]);
    },
  );

  it("runs strictly after the given time", () => {
    expect(runs("cron(30 9 * * ? *)", "2026-01-15T09:30:00Z", 1)).toEqual(["2026-01-16T09:30Z"]);
  });
});

describe("rate", () => {
  it.each([
    ["rate(1 minute)", ["2026-01-15T09:31Z", "2026-01-15T09:32Z"]],
    ["rate(5 minutes)", ["2026-01-15T09:35Z"]],
    ["rate(1 hour)", ["2026-01-15T10:30Z"]],
    ["rate(7 days)", ["2026-01-22T09:30Z", "2026-01-29T09:30Z"]],
  ])("%s counts from when the rule was made", (expression, expected) => {
    expect(runs(expression, "2026-01-15T09:30:00Z", expected.length)).toEqual(expected);
  });

  it("keeps its beat whenever it is asked, even with a start yet to come", () => {
    const { next } = parseSchedule("rate(5 minutes)");
    const anchor = at("2026-01-15T09:30:00Z");
    expect(next(at("2026-01-15T11:02:00Z"), anchor)).toBe(at("2026-01-15T11:05:00Z"));
    expect(next(at("2026-01-15T09:18:00Z"), anchor)).toBe(at("2026-01-15T09:20:00Z"));
  });
});

describe("schedules that are refused", () => {
  it.each([
    ...["rate(10 seconds)", "rate(10 years)", "rate(1 minutes)", "rate(1 hours)", "rate(1 days)"],
    ...["rate(10 minute)", "rate(10 hour)", "rate(10 day)", "rate()", "rate(10)", "rate(10 minutess)"],
    ...["rate(foo minutes)", "rate(0 minutes)", "rate(-10 minutes)", "rate(10 MINUTES)"],
    ...["rate( 10 minutes )", " rate(10 minutes)", "rate(1.5 hours)", "10 minutes", ""],
    ...["cron(0 1 * * * *)", "cron(7 20 * * NOT *)", "cron(INVALID)", "cron(0 dummy ? * MON-FRI *)"],
    ...["cron(71 8 1 * ? *)", "cron(0 0 ? * ? *)", "cron(0 0 * * ?)", "cron(0 0 * * ? * *)", "cron()"],
    ...["cron(0 24 * * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 0 * ? *)", "cron(0 0 1 13 ? *)"],
    ...["cron(0 0 ? * 8 *)", "cron(0 0 ? * 2#6 *)", "cron(0 0 1#2 * ? *)", "cron(0 0 1 * ? 1969)"],
    ...["cron(0/0 * * * ? *)", "cron(1- * * * ? *)", "cron(1,,2 * * * ? *)", "cron(* ? * * ? *)"],
    ...["cron(0 0 32W * ? *)", "cron(0 0 ? * XXXL *)", "cron(L 0 * * ? *)", "at(2026-01-01T00:00:00)"],
  ])("%j", (expression) => {
    expect(() => parseSchedule(expression)).toThrow(
      expect.objectContaining({
        code: "ValidationException",
        message: "Parameter ScheduleExpression is not valid.",
      }),
    );
  });
});
