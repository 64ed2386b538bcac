import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultSchema, parseScenario } from "../../../local/faults/scenario.ts";

const readme = readFileSync(new URL("../../../local/faults/README.md", import.meta.url), "utf8");

test("the example is a scenario", () => {
  const [, example = ""] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(parseScenario(JSON.parse(example), "README.md").faults).toHaveLength(3);
});

test("every kind of fault has a row with its members, and no row is without a kind", () => {
  const rows = [...readme.matchAll(/^\| `([\w-]+)` \|.*$/gm)].map(([row, kind = ""]) => [kind, row] as const);
  const kinds = faultSchema.options.map(({ shape }) => shape.kind.value);
  expect(rows.map(([kind]) => kind).toSorted()).toEqual(kinds.toSorted());
});
