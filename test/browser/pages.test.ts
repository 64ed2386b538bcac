import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { dropFiles, visitor } from "./support/console-pages.ts";

const visit = visitor();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 360, height: 740 };

let addresses: Record<string, string>;
beforeAll(async () => {
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

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ""}`),
  );
}

describe.each(["light", "dark"] as const)("in %s, axe finds nothing to object to", (colorScheme) => {
  it("on any page", async () => {
    visit.expectConsoleErrors(/status of 40[04]/);
    const page = await visit.open("/", { role: "administrator", colorScheme });
    for (const name of PAGES) {
      await page.goto(addressOf(name));
      await page.locator(".page h1").waitFor();
      await settled(page);
      expect(await violations(page), name).toEqual([]);
    }
  });

  it("on the sign-in page, and in a result that is unfolded in its place", async () => {
    visit.expectConsoleErrors(/status of 401/);
    const page = await visit.open("/", { colorScheme });
    expect(await violations(page)).toEqual([]);
    const drop = await visit.open("/", { role: "uploader", colorScheme });
    await dropFiles(drop, [{ name: "one.csv", text: "city,people\nBergen,285601\n,1\n" }]);
    await drop.getByRole("heading", { name: "people" }).waitFor();
    expect(await violations(drop)).toEqual([]);
  });
});

describe("on a phone of 360 pixels", () => {
  it.each(PAGES)("%s has nothing beyond the edge, and every page is a touch away", async (name) => {
    visit.expectConsoleErrors(/status of 40[04]/);
    const page = await visit.open("/", {
      role: "administrator",
      viewport: PHONE,
      isMobile: true,
      hasTouch: true,
    });
    await page.goto(addressOf(name));
    await page.locator(".page h1").waitFor();
    await settled(page);
    const { wide, screen } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      screen: window.innerWidth,
    }));
    expect(wide).toBeLessThanOrEqual(screen);
    for (const link of await page.getByRole("navigation").getByRole("link").all()) {
      const box = await link.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
  });
});
