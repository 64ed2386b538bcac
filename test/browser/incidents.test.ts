import { expect, it } from "vitest";
import { violations } from "./support/axe.ts";
import { dropFiles, uploadOf, visitor } from "./support/console-pages.ts";
import { armFault } from "./support/faults.ts";

const visit = visitor();
/** Large enough for a task of its own, which runs for a moment. */
const LARGE = `id,value\n${Array.from({ length: 500_000 }, (_, row) => `${row},${row % 97}`).join("\n")}\n`;

it("a killed task becomes an incident, which says why, what to do, and which job goes on", async () => {
  const page = await visit.open("/incidents", { role: "administrator" });
  await armFault(visit.system.endpoint, "task-kill");
  const dropping = await visit.tab(page, "/");
  await dropFiles(dropping, [{ name: "killed.csv", text: LARGE }]);
  const incident = page.getByRole("listitem").filter({ hasText: "killed.csv" }).first();
  await incident.waitFor();
  await incident.getByRole("link").first().click();
  await page.getByRole("heading", { name: "What to do" }).waitFor();
  await page.getByRole("heading", { name: "Last log lines" }).waitFor();
  expect(await violations(page, "light")).toEqual([]);
  await page
    .getByRole("link", { name: /killed\.csv$/ })
    .first()
    .click();
  await page.getByRole("heading", { name: "Attempt 2" }).waitFor();
  await page.getByText("The result is there.").waitFor();
});

it("a failed job is tried again from its incident, and succeeds", async () => {
  const page = await visit.open("/", { role: "administrator" });
  await armFault(visit.system.endpoint, "image-pull-error");
  await dropFiles(page, [{ name: "no-image.csv", text: LARGE }]);
  await uploadOf(page, "no-image.csv").getByText("Failed", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Incidents" }).click();
  await page.getByRole("listitem").filter({ hasText: "no-image.csv" }).getByRole("link").first().click();
  await page.getByText("CannotPullContainerError").first().waitFor();
  await page.getByRole("button", { name: "Try its job again" }).click();
  await page.getByRole("heading", { name: "no-image.csv", level: 1 }).waitFor();
  await page.getByText("The result is there.").waitFor();
});
