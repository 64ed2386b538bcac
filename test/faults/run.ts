/**
 * Runs a fault scenario over the whole system and prints what came of it.
 *
 *   npm run faults -- [--scenario FILE] [--objects 1000] [--seed 7] [--speed 10]
 *
 * Exit code 1 when anything is not as it is without faults.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../../cli/table.ts";
import { readScenario } from "../../local/faults/scenario.ts";
import { synthesizeFaultsApp } from "./support/faults-app.ts";
import { runScenario } from "./support/run-scenario.ts";

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: join(import.meta.dirname, "scenarios", "everything.json") },
    objects: { type: "string", default: "1000" },
    seed: { type: "string" },
    speed: { type: "string", default: "10" },
  },
});
const scenario = readScenario(values.scenario);
const app = synthesizeFaultsApp();
try {
  const verdict = await runScenario({
    scenario: values.seed === undefined ? scenario : { ...scenario, seed: Number(values.seed) },
    objects: Number(values.objects),
    speed: Number(values.speed),
    assembly: app.directory,
    patienceMs: 120_000,
    log: (line) => console.error(line),
  });
  console.log(
    table(
      ["figure", ""],
      verdict.figures.map(([figure, value]) => [figure, String(value)]),
    ),
  );
  for (const problem of verdict.problems) console.log(`PROBLEM: ${problem}`);
  process.exitCode = verdict.problems.length > 0 ? 1 : 0;
} finally {
  app.remove();
}
