import { expect, it } from "vitest";
import { readSupport } from "../../../local/support/read-support.ts";
import { synthesize } from "./synthesize.ts";

it("every resource type of the template is played on one machine, or left out knowingly", async () => {
  const { resourceTypes, ignoredTypes } = await readSupport();
  const resources: Record<string, { Type: string }> = synthesize({
    settings: {
      alertEmail: "operations@example.com",
      workingHours: "8-18:4:Europe/Berlin",
      compute: "mixed",
    },
  }).template.toJSON().Resources;
  const types = new Set(Object.values(resources).map(({ Type }) => Type));
  const known = new Set([...resourceTypes, ...Object.keys(ignoredTypes)]);
  expect([...types.difference(known)]).toEqual([]);
});
