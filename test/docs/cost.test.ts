import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PRICES } from "../../events/prices.ts";
import { dedicatedMillion, fileSystem, idleMonth, pooledMillion } from "./cost-tables.ts";

const page = readFileSync(new URL("../../docs/cost.md", import.meta.url), "utf8");

describe("docs/cost.md", () => {
  it.each([
    ["an idle month", idleMonth],
    ["what long jobs leave", fileSystem],
    ["a million small objects", pooledMillion],
    ["a million objects with a task each", dedicatedMillion],
  ])("has the figures of %s that the prices in events/prices.ts give", (_, rows) => {
    expect(page).toContain(rows().join("\n"));
  });

  it("says of where and when the prices are", () => {
    expect(page).toContain(`${PRICES.region}, ${PRICES.asOf}`);
    expect(page).toContain("onfirm before quoting");
  });
});
