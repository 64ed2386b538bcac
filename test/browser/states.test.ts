import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { visitor } from "./support/console-pages.ts";

const visit = visitor();

const LISTS = "**/api/{jobs,incidents,rollups,cluster}{,/**,?*}";

describe("a page whose answer does not come", () => {
  it.each(["/jobs", "/incidents", "/reports", "/cluster"])(
    "%s says so, and is there once it is asked again",
    async (address) => {
      visit.expectConsoleErrors(/status of 503/);
      const page = await visit.open("/", { role: "administrator" });
      await page.route(LISTS, (route) =>
        route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          json: { type: "about:blank", title: "Service Unavailable", status: 503, detail: "the tables rest" },
        }),
      );
      await page.goto(address);
      const alert = page.getByRole("alert").filter({ hasText: "The tables rest." }).first();
      await alert.waitFor();
      await page.unroute(LISTS);
      await alert.getByRole("button", { name: "Try again" }).click();
      await alert.waitFor({ state: "detached" });
    },
  );
});

describe("a page without anything to show says what would be there", () => {
  const nothing = (page: Page, path: string, json: object) =>
    page.route(path, (route) => route.fulfill({ json }));

  it("incidents", async () => {
    const page = await visit.open("/", { role: "administrator" });
    await nothing(page, "**/api/incidents{,?*}", { incidents: [] });
    await page.goto("/incidents");
    await page.getByText("No incidents this week").waitFor();
  });

  it("jobs", async () => {
    const page = await visit.open("/", { role: "uploader" });
    await nothing(page, "**/api/jobs{,?*}", { jobs: [], searchedTo: "2026-01-01T00:00:00.000Z" });
    await page.goto("/jobs");
    await page.getByText("No jobs yet").waitFor();
    await page.getByRole("link", { name: "Drop a file" }).click();
    await page.getByRole("heading", { name: "Drop files", exact: true }).waitFor();
  });

  it("reports", async () => {
    const page = await visit.open("/reports", { role: "administrator" });
    await page.getByText("No hour has been rolled up yet").waitFor();
  });
});

it("by keys alone: past the menu, to another page, and to the buttons that choose files", async () => {
  const page = await visit.open("/jobs", { role: "administrator" });
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());
  await page.keyboard.press("Tab");
  expect(await focused()).toMatch(/^Skip to/);
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  await page.getByRole("link", { name: "Drop" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Drop files", exact: true }).waitFor();
  const chosen = page.waitForEvent("filechooser");
  for (let turn = 0; turn < 5 && (await focused()) !== "Choose files"; turn++)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect((await chosen).isMultiple()).toBe(true);
});
