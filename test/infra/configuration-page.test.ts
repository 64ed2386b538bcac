import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SETTING_NAMES } from "../../infra/config.ts";
import { configurationPage } from "../../infra/configuration-page.ts";
import { descriptionOf } from "../../infra/effective-config.ts";

it("docs/configuration.md is what npm run docs writes", () => {
  expect(readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8")).toBe(
    configurationPage(),
  );
});

it("every setting is described", () => {
  expect(SETTING_NAMES.filter((name) => descriptionOf(name).length < 15)).toEqual([]);
});
