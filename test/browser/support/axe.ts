import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

export type Theme = "light" | "dark";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
type Axe = { run(rules: RunOptions): Promise<AxeResults> };

/** A theme changes nothing but colours: in the second one they alone are looked at. */
const RULES: Readonly<Record<Theme, RunOptions>> = {
  light: {},
  dark: { runOnly: ["color-contrast", "link-in-text-block"] },
};

/** What axe finds on a page, each with the element that it is about. */
export async function violations(page: Page, theme: Theme): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(
    (rules) => (globalThis as unknown as { axe: Axe }).axe.run(rules),
    RULES[theme],
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ""}`),
  );
}
