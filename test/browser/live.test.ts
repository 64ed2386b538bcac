import { expect, it } from "vitest";
import { dropFiles, uploadOf, visitor } from "./support/console-pages.ts";

const visit = visitor();

it("two tabs are live: what one drops, the other's list and page show as it happens", async () => {
  const dropping = await visit.open("/", { role: "administrator" });
  const watching = await visit.tab(dropping, "/jobs?text=two-tabs");
  await watching.getByText("No job fits").waitFor();
  await dropFiles(dropping, [{ name: "two-tabs.csv", text: "a,b\n1,2\n" }]);
  const row = watching.getByRole("row").filter({ hasText: "two-tabs.csv" });
  await row.getByText("Succeeded").waitFor();
  await uploadOf(dropping, "two-tabs.csv").getByText("Succeeded").waitFor();

  await row.getByRole("link").click();
  await watching.getByRole("heading", { name: "two-tabs.csv" }).waitFor();
  await watching.goBack();
  await row.waitFor();
  expect(new URL(watching.url()).search).toBe("?text=two-tabs");
});

it("a list is walked through by keys", async () => {
  const page = await visit.open("/", { role: "uploader" });
  await dropFiles(page, [
    { name: "keys-1.csv", text: "a\n1\n" },
    { name: "keys-2.csv", text: "a\n1\n" },
  ]);
  await page.getByText("2 done").waitFor();
  await page.goto("/jobs?text=keys-");
  const links = page.getByRole("table", { name: "Jobs" }).getByRole("link");
  await links.nth(1).waitFor();
  await links.first().focus();
  await page.keyboard.press("ArrowDown");
  const second = await links.nth(1).textContent();
  await page.waitForFunction((name) => document.activeElement?.textContent === name, second);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: second ?? "", level: 1 }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
});

it("what is not there is said in words, with the way on: no job id, no such job, a wrong cursor, no page", async () => {
  visit.expectConsoleErrors(/status of 40[04]/);
  const page = await visit.open("/jobs/not-an-id", { role: "uploader" });
  await page
    .getByRole("alert")
    .filter({ hasText: /64 hexadecimal digits/ })
    .waitFor();
  await page.goto(`/jobs/${"0".repeat(64)}`);
  await page
    .getByRole("alert")
    .filter({ hasText: /no job/i })
    .waitFor();
  await page.getByRole("link", { name: "Look for it in the list of jobs" }).waitFor();

  const answer = await page.evaluate(async () => {
    const response = await fetch("/api/jobs?cursor=nonsense");
    return { type: response.headers.get("content-type"), body: await response.json() };
  });
  expect(answer).toMatchObject({ type: "application/problem+json", body: { status: 400, thing: "cursor" } });

  await page.goto("/no/such/page");
  await page.getByRole("heading", { name: "Nothing is here" }).waitFor();
});
