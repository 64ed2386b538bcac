import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ArmedFault } from "../../../local/faults/armed-fault.ts";
import { seededRandom, seedFor } from "../../../local/faults/random.ts";
import { parseScenario, readScenario, ScenarioError } from "../../../local/faults/scenario.ts";

describe("a scenario", () => {
  it.each([
    ["an unknown kind", { faults: [{ kind: "earthquake" }] }, /kind/],
    ["an unknown member", { faults: [{ kind: "task-kill", when: "now" }] }, /when/],
    ["a probability above 1", { faults: [{ kind: "task-kill", probability: 2 }] }, /probability/],
    ["no faults", { faults: [] }, /faults/],
    ["an error that is none", { faults: [{ kind: "api-error", error: "odd" }] }, /error/],
    [
      "an id twice",
      {
        faults: [
          { kind: "task-kill", id: "a" },
          { kind: "task-kill", id: "a" },
        ],
      },
      /"a"/,
    ],
  ])("with %s is refused, naming it and the source", (_, value, message) => {
    const parse = () => parseScenario(value, "chaos.json");
    expect(parse).toThrow(ScenarioError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(/chaos\.json/);
  });

  it("is read from a file; one that is missing or no JSON is named", () => {
    const folder = mkdtempSync(join(tmpdir(), "scenario-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "scenario.json");
    expect(() => readScenario(file)).toThrow(/scenario\.json.*ENOENT/);
    writeFileSync(file, "{");
    expect(() => readScenario(file)).toThrow(ScenarioError);
    writeFileSync(file, JSON.stringify({ seed: 7, faults: [{ kind: "task-kill", probability: 0.5 }] }));
    expect(readScenario(file)).toEqual({
      seed: 7,
      faults: [{ kind: "task-kill", probability: 0.5, skip: 0, delaySeconds: 0 }],
    });
  });
});

describe("when a fault strikes", () => {
  const decisions = (seed: number, members: object, count = 1000) => {
    const [fault] = parseScenario({ faults: [{ kind: "task-kill", ...members }] }, "test").faults;
    if (!fault) throw new Error("no fault");
    const armed = new ArmedFault("x", fault, seed);
    return Array.from({ length: count }, () => armed.choose());
  };

  it("follows from the seed: the same decisions again, others for another seed", () => {
    expect(decisions(1, { probability: 0.3 })).toEqual(decisions(1, { probability: 0.3 }));
    expect(decisions(1, { probability: 0.3 })).not.toEqual(decisions(2, { probability: 0.3 }));
  });

  it.each([0, 0.1, 0.5, 0.9, 1])("comes about with probability %d", (probability) => {
    const share = decisions(3, { probability }, 20_000).filter(Boolean).length / 20_000;
    expect(Math.abs(share - probability)).toBeLessThan(probability % 1 === 0 ? 1e-9 : 0.015);
  });

  it("lets the first occasions pass and ends after so many times", () => {
    expect(decisions(1, { skip: 2, times: 3 }, 8)).toEqual([
      ...[false, false],
      ...[true, true, true],
      ...[false, false, false],
    ]);
  });

  it("two faults of one scenario do not strike in step", () => {
    const first = seededRandom(seedFor(1, "0 task-kill"));
    const second = seededRandom(seedFor(1, "1 task-kill"));
    const equal = Array.from({ length: 100 }, () => first() < 0.5 === second() < 0.5).filter(Boolean).length;
    expect(equal).toBeGreaterThan(20);
    expect(equal).toBeLessThan(80);
  });
});
