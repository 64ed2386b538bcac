import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { table } from "../../cli/table.ts";
import { readScenario } from "../../local/faults/scenario.ts";
import { synthesizeFaultsApp } from "./support/faults-app.ts";
import type { Verdict } from "./support/judge.ts";
import { runScenario } from "./support/run-scenario.ts";

/** A nightly run takes more: `LONGSHORE_FAULTS_OBJECTS=10000`, or `npm run faults -- --objects 10000`. */
const OBJECTS = Number(process.env.LONGSHORE_FAULTS_OBJECTS ?? 1_000);
const SEED = process.env.LONGSHORE_FAULTS_SEED;
const MINUTES = 20 + OBJECTS / 100;

let app: ReturnType<typeof synthesizeFaultsApp>;
beforeAll(() => {
  app = synthesizeFaultsApp();
});
afterAll(() => app?.remove());

async function run(name: string, objects: number): Promise<Verdict> {
  const scenario = readScenario(join(import.meta.dirname, "scenarios", `${name}.json`));
  const verdict = await runScenario({
    scenario: SEED === undefined ? scenario : { ...scenario, seed: Number(SEED) },
    objects,
    speed: 10,
    assembly: app.directory,
    patienceMs: 180_000,
    log: () => {},
  });
  const rows = verdict.figures.map(([figure, value]) => [figure, String(value)]);
  console.log(table([name, ""], rows));
  return verdict;
}

describe("nothing is lost, nothing is done twice, and nobody is alarmed without cause", () => {
  it(
    `with all faults at once, over ${OBJECTS} objects`,
    async () => {
      const { problems, struck } = await run("everything", OBJECTS);
      expect(problems).toEqual([]);
      // A scenario that strikes nothing proves nothing.
      for (const kind of [
        "api-answer-lost",
        "api-error",
        "event-delay",
        "event-duplicate",
        "event-reorder",
        "message-redelivery",
        "run-task-failure",
        "runtime-kill",
        "spot-interruption",
        "task-kill",
      ]) {
        expect(struck[kind], kind).toBeGreaterThan(0);
      }
    },
    MINUTES * 60_000,
  );
});
