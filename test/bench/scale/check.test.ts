import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { compare } from "../../../bench/scale/check/compare.ts";
import { readRecorded } from "../../../bench/scale/check/recorded.ts";
import { simulateCheck } from "../../../bench/scale/check/simulate.ts";
import { checkSection } from "../../../bench/scale/page/page.ts";

const measured = readRecorded();
const simulated = await simulateCheck(measured);
const differences = compare(measured, simulated);

it("the recorded run of the local system is whole: every object has its upload, its service and its result", () => {
  const { uploads, service, times } = measured;
  expect([uploads.length, service.length, times.length]).toEqual([2_000, 2_000, 2_000]);
  expect(Math.min(...service, ...times)).toBeGreaterThan(0);
});

it("the simulation of that run has a result for each of its objects, once", () => {
  expect(simulated.figures).toMatchObject({ arrived: 2_000, results: 2_000, lost: 0, setAside: 0, twice: 0 });
});

it.each(differences.map((difference) => [difference.name, difference] as const))(
  "the simulation is within 15 %% of what was measured: %s",
  (_, { difference }) => {
    expect(Math.abs(difference)).toBeLessThan(0.15);
  },
);

it("docs/scale.md says so (else: npm run bench:scale)", () => {
  const page = readFileSync(new URL("../../../docs/scale.md", import.meta.url), "utf8");
  expect(page).toContain(checkSection({ measured, differences }));
});
