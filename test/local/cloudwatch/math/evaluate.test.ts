import { describe, expect, it } from "vitest";
import { evaluate } from "../../../../local/cloudwatch/math/evaluate.ts";
import { parseExpression } from "../../../../local/cloudwatch/math/parse.ts";
import type { MathValue, NamedSeries } from "../../../../local/cloudwatch/math/value.ts";

const PERIODS = [0, 60, 120, 180];
const METRICS: Readonly<Record<string, readonly (number | undefined)[]>> = {
  m1: [10, 20, 30, 40],
  m2: [1, undefined, 0, 4],
  none: [undefined, undefined, undefined, undefined],
};

const seriesOf = (values: readonly (number | undefined)[]) =>
  new Map(values.flatMap((value, index) => (value === undefined ? [] : [[index * 60, value] as const])));

function run(expression: string): unknown {
  const metrics: NamedSeries[] = Object.entries(METRICS).map(([id, values]) => ({
    id,
    series: seriesOf(values),
  }));
  const value: MathValue = evaluate(parseExpression(expression), {
    periods: PERIODS,
    period: 60,
    metrics: () => metrics,
    resolve: (id) => ({
      kind: "series",
      series: metrics.find((metric) => metric.id === id)?.series ?? new Map(),
    }),
  });
  if (value.kind === "scalar") return value.value;
  if (value.kind === "series") return PERIODS.map((at) => value.series.get(at));
  if (value.kind === "list") return value.items.map(({ series }) => PERIODS.map((at) => series.get(at)));
  return value.value;
}

describe("metric math", () => {
  it.each([
    ["1 + 2 * 3 - 4 / 2", 5],
    ["-(1 + 2) * -2", 6],
    ["2 ^ 3 ^ 2", 512],
    ["m1 * 2 + 1", [21, 41, 61, 81]],
    ["m1 / m2", [10, undefined, undefined, 10]],
    ["m1 + m2", [11, undefined, 30, 44]],
    ["m1 > 20", [0, 0, 1, 1]],
    ["m1 >= 20 && m1 != 30", [0, 1, 0, 1]],
    ["m2 == 0 || m1 < 15", [1, undefined, 1, 0]],
    ["IF(m1 > 15, m1, 0)", [0, 20, 30, 40]],
    ["IF(m2, m1, -1)", [10, undefined, -1, 40]],
    ["IF(m1 > 25, m2)", [undefined, undefined, 0, 4]],
    ["FILL(m2, 7)", [1, 7, 0, 4]],
    ["FILL(m2, REPEAT)", [1, 1, 0, 4]],
    ["FILL(m2, LINEAR)", [1, 0.5, 0, 4]],
    ["FILL(none, 0)", [0, 0, 0, 0]],
    ["SUM(m1)", 100],
    ["AVG(m1)", 25],
    ["MAX(m1) - MIN(m1)", 30],
    ["SUM([m1, m2])", [11, 20, 30, 44]],
    ["MAX([m1, m2 * 100])", [100, 20, 30, 400]],
    ["AVG(METRICS())", [5.5, 20, 15, 22]],
    ['SUM(METRICS("m1"))', [10, 20, 30, 40]],
    ["CEIL(m1 / 7) + FLOOR(m1 / 7) + ABS(0 - 1)", [4, 6, 10, 12]],
    [
      "[m1, m2] * 2",
      [
        [20, 40, 60, 80],
        [2, undefined, 0, 8],
      ],
    ],
    ["m1 / PERIOD(m1)", [10 / 60, 20 / 60, 30 / 60, 40 / 60]],
    // What the workers of the jobs queue scale on.
    ["(m1 + FILL(m2, 0)) / IF(FILL(none, 0) < 1, 1, FILL(none, 0))", [11, 20, 30, 44]],
  ])("%s", (expression, expected) => {
    expect(run(expression)).toEqual(expected);
  });

  it.each([
    ["m1 +", "ends too early"],
    ["(m1", 'Expected ")"'],
    ["m1 m2", 'Unexpected "m2"'],
    ["m1 ; 2", 'Unsupported character ";"'],
    [`${"(".repeat(200)}1${")".repeat(200)}`, "nested too deeply"],
    ["[m1, m2] + [m1]", "same length"],
    ['"text" + 1', "cannot be calculated"],
  ])("refuses %s", (expression, reason) => {
    expect(() => run(expression)).toThrow(reason);
  });

  it("says which function is not played", () => {
    expect(() => run("ANOMALY_DETECTION_BAND(m1, 2)")).toThrow(/ANOMALY_DETECTION_BAND is not played/);
  });
});
