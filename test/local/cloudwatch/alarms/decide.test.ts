import { describe, expect, it } from "vitest";
import type { Comparison, TreatMissingData } from "../../../../local/cloudwatch/alarms/alarm.ts";
import { breaches, decideState, type EvaluationRule } from "../../../../local/cloudwatch/alarms/decide.ts";

/** `0` is a data point that does not breach, `X` one that does, `-` a missing one; oldest first. */
const rangeOf = (text: string) =>
  text.split(" ").map((slot) => (slot === "-" ? undefined : slot === "X" ? 10 : 0));

const rule = (m: number, n: number, treatMissingData: TreatMissingData): EvaluationRule => ({
  threshold: 5,
  comparison: "GreaterThanThreshold",
  evaluationPeriods: n,
  datapointsToAlarm: m,
  treatMissingData,
});

const KEPT = undefined;
const [OK, ALARM, INSUFFICIENT] = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;

describe("the state that data calls for, as in the tables of the CloudWatch user guide", () => {
  it.each([
    // range, M, missing, ignore, breaching, notBreaching
    ["0 - X - X", 3, OK, OK, OK, OK],
    ["- - - - 0", 3, OK, OK, OK, OK],
    ["- - - - -", 3, INSUFFICIENT, KEPT, ALARM, OK],
    ["0 X X - X", 3, ALARM, ALARM, ALARM, ALARM],
    ["- - X - -", 3, ALARM, KEPT, ALARM, OK],
    ["0 - X - X", 2, ALARM, ALARM, ALARM, ALARM],
    ["0 0 X 0 X", 2, ALARM, ALARM, ALARM, ALARM],
    ["0 - X - -", 2, OK, OK, ALARM, OK],
    ["- - - - 0", 2, OK, OK, ALARM, OK],
    ["- - - X -", 2, ALARM, KEPT, ALARM, OK],
    // "Avoiding premature transitions": too young to raise an alarm of three.
    ["- - - - X", 3, INSUFFICIENT, KEPT, ALARM, OK],
    ["- - - X -", 3, INSUFFICIENT, KEPT, ALARM, OK],
  ] as const)("%s, %d of 3", (range, m, missing, ignore, breaching, notBreaching) => {
    const decided = (["missing", "ignore", "breaching", "notBreaching"] as const).map(
      (treat) => decideState(rangeOf(range), rule(m, 3, treat)).state,
    );
    expect(decided).toEqual([missing, ignore, breaching, notBreaching]);
  });

  it("looks at the newest data points alone when none is missing", () => {
    const { state, evaluated } = decideState(rangeOf("X X X 0 0"), rule(1, 2, "missing"));
    expect({ state, evaluated }).toEqual({ state: "OK", evaluated: [3, 4] });
  });

  it("reaches back past missing data points", () => {
    const { state, evaluated, filled } = decideState(rangeOf("X - X"), rule(1, 1, "notBreaching"));
    expect({ state, evaluated, filled }).toEqual({ state: "ALARM", evaluated: [2], filled: 0 });
    expect(decideState(rangeOf("X - -"), rule(1, 1, "notBreaching")).state).toBe("ALARM");
    expect(decideState(rangeOf("- - -"), rule(1, 1, "notBreaching")).state).toBe("OK");
  });
});

describe("comparison with the threshold", () => {
  it.each([
    ["GreaterThanOrEqualToThreshold", [false, true, true]],
    ["GreaterThanThreshold", [false, false, true]],
    ["LessThanThreshold", [true, false, false]],
    ["LessThanOrEqualToThreshold", [true, true, false]],
  ] as [Comparison, boolean[]][])("%s", (comparison, expected) => {
    expect([4, 5, 6].map((value) => breaches(comparison, value, 5))).toEqual(expected);
  });
});
