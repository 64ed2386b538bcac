import { describe, expect, it } from "vitest";
import { MAX_MISSED, planHours } from "../../../../containers/batch/hours/plan-hours.ts";
import { hourLater } from "../../../../events/batch/hour.ts";

const last = "2026-11-22T13";
const ago = (hours: number) => hourLater(last, -hours);

describe("the hours that a run rolls up", () => {
  it.each<[string, string | undefined, string[], string[]]>([
    ["the last one, the first time ever", undefined, [], [last]],
    ["the last one, hour after hour", ago(1), [], [last]],
    ["none, a second time in an hour", last, [], []],
    ["all that were missed, in order", ago(3), [], [ago(2), ago(1), last]],
    ["an open one before", ago(1), [ago(4)], [ago(4), last]],
    ["an open one once, although it was missed as well", ago(2), [ago(1)], [ago(1), last]],
    [
      "the one that has not ended, when it was rolled up by hand",
      last,
      [hourLater(last, 1)],
      [hourLater(last, 1)],
    ],
    ["none that is far in the future", last, [hourLater(last, 9)], []],
    ["an open one of days ago once a day: not now", last, [ago(25)], []],
    ["an open one of days ago once a day: now", last, [ago(48)], [ago(48)]],
  ])("are %s", (_, watermark, open, hours) => {
    expect(planHours({ watermark, lastComplete: last, open })).toMatchObject({
      hours,
      watermarkAhead: false,
    });
  });

  it("are bounded after a long time without a run, the oldest first", () => {
    const { hours } = planHours({ watermark: ago(1_000), lastComplete: last, open: [] });
    expect(hours).toHaveLength(MAX_MISSED);
    expect(hours[0]).toBe(ago(999));
  });

  it("give an hour up that was open for a month", () => {
    expect(planHours({ watermark: last, lastComplete: last, open: [ago(721)] })).toMatchObject({
      hours: [],
      givenUp: [ago(721)],
    });
  });

  it("go on from now when the watermark is in the future", () => {
    expect(planHours({ watermark: "2036-01-01T00", lastComplete: last, open: [] })).toMatchObject({
      hours: [last],
      watermarkAhead: true,
    });
  });
});
