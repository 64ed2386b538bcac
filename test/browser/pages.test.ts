import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { PROJECT_ROOT } from "../e2e/support/longshore-process.ts";
import { type Theme, violations } from "./support/axe.ts";
import { dropFiles, uploadOf, visitor } from "./support/console-pages.ts";

const visit = visitor();
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

/** One for each kind of result, with lines that cannot be read, and with nothing at all. */
const KINDS = [
  ...["broken.csv", "ships.xlsx", "tide.jpg", "tide-tables.pdf", "bundle.zip"],
  ...["harbour.html", "harbour-notes.txt", "empty.csv"],
];

it("axe finds nothing to object to in a result of any kind, nor does anything move for who wants no motion", async () => {
  const page = await visit.open("/", { role: "uploader", reducedMotion: "reduce" });
  await page.setInputFiles(
    "[data-pick=files]",
    KINDS.map((name) => join(PROJECT_ROOT, "samples", name)),
  );
  await page.getByText(`${KINDS.length} done`).waitFor({ timeout: 50_000 });
  const moving = () =>
    page.evaluate(
      () =>
        document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1)
          .length,
    );
  for (const name of KINDS) {
    await uploadOf(page, name).getByRole("link", { name }).click();
    await page.getByRole("heading", { name: "Result document" }).waitFor();
    expect(await violations(page, "light"), name).toEqual([]);
    expect(await moving(), name).toBe(0);
    await page.goBack();
  }
}, 120_000);
