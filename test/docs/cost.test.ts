import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PRICES } from "../../events/prices.ts";
import { dedicatedMillion, fileSystem, idleMonth, pooledMillion } from "./cost-tables.ts";
import * as deployment from "./deployment-cost-tables.ts";

const page = readFileSync(new URL("../../docs/cost.md", import.meta.url), "utf8");

describe("docs/cost.md", () => {
  it.each([
    ["an idle month", idleMonth],
    ["what long jobs leave", fileSystem],
    ["a million small objects", pooledMillion],
    ["a million objects with a task each", dedicatedMillion],
    ["an idle month in each compute mode and network", deployment.idleByMode],
    ["what makes the difference", deployment.idleDifferences],
    ["alarms, dashboard and metrics", deployment.watching],
    ["workers in each compute mode", deployment.workersByMode],
    ["workers on Spot", deployment.workersOnSpot],
    ["tasks of each pipeline", deployment.tasksByPipeline],
  ])("has the figures of %s that the prices in events/prices.ts give", (_, rows) => {
    expect(page).toContain(rows().join("\n"));
  });

  it("says of where and when the prices are", () => {
    expect(page).toContain(`${PRICES.region}, ${PRICES.asOf}`);
    expect(page).toContain("onfirm before quoting");
  });
});
