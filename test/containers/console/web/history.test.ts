import { expect, test } from "vitest";
import { plotOf, shortLabel, tasksBy } from "../../../../containers/console/web/src/pages/cluster/history.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString();
const series = (id: string, group: "tasks" | "queues", values: readonly (number | undefined)[]) => ({
  id,
  group,
  label: id,
  unit: "count" as const,
  points: values.flatMap((value, minute) => (value === undefined ? [] : [{ at: at(minute), value }])),
});

test("tasks are added up by capacity provider and by state", () => {
  const history = {
    periodSeconds: 60,
    series: [
      series("tasks.FARGATE.RUNNING", "tasks", [1, 2]),
      series("tasks.FARGATE.PENDING", "tasks", [1, 0]),
      series("tasks.EC2.RUNNING", "tasks", [0, 5]),
    ],
  };
  const of = (part: 1 | 2) => tasksBy(history, part).series.map(({ name, values }) => [name, values]);
  expect(of(1)).toEqual([
    ["EC2", [0, 5]],
    ["Fargate", [2, 2]],
  ]);
  expect(of(2)).toEqual([
    ["Pending", [1, 0]],
    ["Running", [1, 7]],
  ]);
});

test("a minute that was not measured is a gap", () => {
  const plot = plotOf({ periodSeconds: 60, series: [series("jobs", "queues", [3, undefined, 4])] }, "queues");
  expect(plot.times).toHaveLength(3);
  expect(plot.series[0]?.values).toEqual([3, null, 4]);
});

test("of many queues those are shown at which something waited", () => {
  const quiet = Array.from({ length: 8 }, (_, index) => series(`quiet-${index}`, "queues", [0, 0]));
  const history = { periodSeconds: 60, series: [...quiet, series("jobs", "queues", [0, 9])] };
  expect(plotOf(history, "queues").series.map(({ name }) => name)).toEqual(["jobs"]);
});

test("of more measures than there are colours those are shown that rose highest", () => {
  const all = Array.from({ length: 7 }, (_, index) => series(`q${index}`, "queues", [0, 7 - index]));
  const shown = plotOf({ periodSeconds: 60, series: all }, "queues").series;
  expect(shown.map(({ name }) => name)).toEqual(["q0", "q1", "q2", "q3", "q4"]);
  expect(new Set(shown.map(({ colour }) => colour)).size).toBe(5);
});

test.each([
  ["Longshore-ConsoleService93635FFE-7CW9T42SDNYN6, CPU", "console, CPU"],
  ["Longshore-QueueWorkersService3D340CDD-BEJQLOYSPTMAI, memory", "queue-workers, memory"],
  ["workers, CPU", "workers, CPU"],
])("%s is called %s", (label, name) => {
  expect(shortLabel(label)).toBe(name);
});
