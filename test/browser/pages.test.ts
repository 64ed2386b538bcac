import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { dropFiles, visitor } from "./support/console-pages.ts";

const visit = visitor();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
type Theme = "light" | "dark";
type Axe = { run(rules: RunOptions): Promise<AxeResults> };
const PHONE = { width: 360, height: 740 };

let addresses: Record<string, string>;
beforeAll(async () => {
  if (!visit.isPossible) return;
  const page = await visit.open("/", { role: "administrator" });
  await dropFiles(page, [{ name: "accessible.csv", text: "city,people\nBergen,285601\nOslo,709037\n,1\n" }]);
  const link = page.getByRole("link", { name: "accessible.csv" });
  await page.getByText("Succeeded").first().waitFor();
  const job = (await link.getAttribute("href")) ?? "";
  addresses = { job, failing: "/jobs/not-an-id", missing: "/no/such/page" };
});

const PAGES = ["/", "/jobs", "job", "failing", "missing", "/cluster", "/incidents", "/reports"];
const addressOf = (page: string) => addresses[page] ?? page;

async function settled(page: Page): Promise<void> {
  await page.locator(".loading").first().waitFor({ state: "detached" });
}

/** A theme changes nothing but colours: in the second one they alone are looked at. */
const RULES: Readonly<Record<Theme, RunOptions>> = {
  light: {},
  dark: { runOnly: ["color-contrast", "link-in-text-block"] },
};

async function violations(page: Page, theme: Theme): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(
    (rules) => (globalThis as unknown as { axe: Axe }).axe.run(rules),
    RULES[theme],
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ""}`),
  );
}

describe.each<Theme>(["light", "dark"])("in %s, axe finds nothing to object to", (colorScheme) => {
  it("on any page", async () => {
    visit.expectConsoleErrors(/status of 40[04]/);
    const page = await visit.open("/", { role: "administrator", colorScheme });
    for (const name of PAGES) {
      await page.goto(addressOf(name));
      await page.locator(".page h1").waitFor();
      await settled(page);
      expect(await violations(page, colorScheme), name).toEqual([]);
    }
  });

  it("on the sign-in page, and in a result that is unfolded in its place", async () => {
    visit.expectConsoleErrors(/status of 401/);
    const page = await visit.open("/", { colorScheme });
    expect(await violations(page, colorScheme)).toEqual([]);
    const drop = await visit.open("/", { role: "uploader", colorScheme });
    await dropFiles(drop, [{ name: "one.csv", text: "city,people\nBergen,285601\n,1\n" }]);
    await drop.getByRole("heading", { name: "people" }).waitFor();
    expect(await violations(drop, colorScheme)).toEqual([]);
  });
});

it("on a phone of 360 pixels no page has anything beyond the edge, and every page is a touch away", async () => {
  visit.expectConsoleErrors(/status of 40[04]/);
  const phone = { viewport: PHONE, isMobile: true, hasTouch: true };
  const page = await visit.open("/", { role: "administrator", ...phone });
  for (const name of PAGES) {
    await page.goto(addressOf(name));
    await page.locator(".page h1").waitFor();
    await settled(page);
    const { wide, screen } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      screen: window.innerWidth,
    }));
    expect(wide, name).toBeLessThanOrEqual(screen);
    for (const link of await page.getByRole("navigation").getByRole("link").all()) {
      const box = await link.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), name).toBeGreaterThanOrEqual(44);
    }
  }
});
