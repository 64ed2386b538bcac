import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { zipOf } from "../containers/support/files/zip.ts";
import { PROJECT_ROOT } from "../e2e/support/longshore-process.ts";
import { dropFiles, uploadOf, visitor } from "./support/console-pages.ts";

const visit = visitor();
const sample = (name: string) => readFileSync(join(PROJECT_ROOT, "samples", name));

describe("a table", () => {
  it("is dropped, and its result appears in its place: columns with histograms and how much is missing", async () => {
    const page = await visit.open("/", { role: "uploader" });
    await dropFiles(page, [{ name: "arrivals.csv", text: sample("arrivals.csv").toString() }]);
    const upload = uploadOf(page, "arrivals.csv");
    await upload.getByText("Succeeded").waitFor();
    // A file that comes alone unfolds by itself.
    const tonnes = upload
      .getByRole("listitem")
      .filter({ has: page.getByRole("heading", { name: "tonnes" }) });
    await tonnes.getByRole("img", { name: /^Histogram of tonnes, from .+ to / }).waitFor();
    expect(await tonnes.locator(".histogram rect.bar").count()).toBeGreaterThan(3);
    const remark = upload.getByRole("img", { name: /^remark: 339 nulls · 85% of 400 rows$/ });
    await remark.waitFor();
    await upload.getByText("Málaga").first().waitFor();
  });

  it("has a page of its own, with its timeline, cost and raw JSON one click away", async () => {
    const page = await visit.open("/", { role: "uploader" });
    await dropFiles(page, [{ name: "ports.csv", text: "port,ships\nOslo,3\nBusan,4\n" }]);
    await page.getByRole("link", { name: "ports.csv" }).click();
    await page.getByRole("heading", { name: "ports.csv" }).waitFor();
    await page.getByRole("heading", { name: "Attempt 1" }).waitFor();
    await page.getByRole("heading", { name: "ships" }).waitFor();
    await page.getByRole("button", { name: "Raw JSON" }).click();
    const raw = JSON.parse((await page.locator("pre.code").textContent()) ?? "");
    expect(raw).toMatchObject({ analyzer: { name: "tables" }, content: { rows: 2, columnCount: 2 } });
    await page.getByText("job.succeeded").waitFor();
  });
});

describe("an image", () => {
  it("shows its thumbnails, straight from S3, and its palette", async () => {
    const page = await visit.open("/", { role: "uploader" });
    const file = { name: "tide.png", mimeType: "image/png", buffer: sample("tide.png") };
    await page.setInputFiles("[data-pick=files]", file);
    const upload = uploadOf(page, "tide.png");
    const image = upload.getByRole("img", { name: /^tide\.png, as thumbnail-large/ });
    await image.waitFor();
    await image.evaluate((shown: HTMLImageElement) => shown.decode());
    expect(await image.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(160);
    await upload.getByRole("heading", { name: "Palette" }).waitFor();
    expect(await upload.locator(".swatches li").count()).toBeGreaterThan(2);
  });
});

describe("an archive", () => {
  it("is shown as a tree, with what is known of each file", async () => {
    const page = await visit.open("/", { role: "uploader" });
    const buffer = zipOf([
      { name: "week/arrivals.csv", content: "ship,tonnes\nA,1\nB,2\n" },
      { name: "notes.txt", content: "The pilots' notes." },
    ]);
    await page.setInputFiles("[data-pick=files]", { name: "weeks.zip", mimeType: "application/zip", buffer });
    const tree = uploadOf(page, "weeks.zip").locator(".tree");
    await tree.getByText("week", { exact: true }).waitFor();
    await tree.getByText("arrivals.csv").waitFor();
    await tree.getByText("rows 2", { exact: false }).waitFor();
  });
});

describe("what nobody would like to be sent", () => {
  it("a file of 0 bytes has a result that says so", async () => {
    const page = await visit.open("/", { role: "uploader" });
    await dropFiles(page, [{ name: "nothing.bin", text: "" }]);
    const upload = uploadOf(page, "nothing.bin");
    await upload.getByText("Succeeded").waitFor();
    await upload.getByText("0 bytes").first().waitFor();
    await upload.getByText("empty", { exact: false }).first().waitFor();
  });

  it("a name with script in it is a name", async () => {
    const page = await visit.open("/", { role: "uploader" });
    const name = "<img src=x onerror=alert(1)><script>alert(2)<\u2215script>.csv";
    await dropFiles(page, [{ name, text: "a\n1\n" }]);
    await uploadOf(page, name).getByText("Succeeded").waitFor();
    await page.getByRole("link", { name }).click();
    await page.getByRole("heading", { name }).waitFor();
    expect(await page.locator("main script, main img[src=x]").count()).toBe(0);
  });

  it("a file that claims 6 TB is refused before a byte is sent, in words, and the others go on", async () => {
    visit.expectConsoleErrors(/status of 413/);
    const page = await visit.open("/", { role: "uploader" });
    await dropFiles(page, [
      { name: "everything.csv", text: "a\n", size: 6e12 },
      { name: "beside.csv", text: "a\n1\n" },
    ]);
    const upload = uploadOf(page, "everything.csv");
    await upload.getByText("Not uploaded").waitFor();
    expect(await upload.textContent()).toMatch(/size is 6000000000000; .*at most/i);
    await uploadOf(page, "beside.csv").getByText("Succeeded").waitFor();
  });

  it("10,000 files at once leave the page usable, and every one is accounted for", async () => {
    const page = await visit.open("/", { role: "uploader" });
    const files = Array.from({ length: 10_000 }, (_, index) => ({
      name: `f-${index}.txt`,
      text: "one line\n",
    }));
    await dropFiles(page, files);
    await page.getByText(/of 10,000 files uploaded/).waitFor();
    expect(await page.locator(".upload").count()).toBeLessThan(60);
    await page.waitForFunction(() => {
      const sent = /([\d,]+) of 10,000 files uploaded/.exec(document.body.textContent ?? "")?.[1];
      return Number(sent?.replace(",", "")) >= 40;
    });
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    const last = uploadOf(page, "f-9999.txt");
    await last.getByRole("button", { name: "Stop f-9999.txt" }).click();
    await last.getByText("Stopped", { exact: true }).waitFor();
    await page.getByText(/1 not uploaded/).waitFor();
    // The other pages are there as well, while uploads go on.
    await page.getByRole("link", { name: /^Jobs/ }).click();
    await page
      .getByRole("link", { name: /^f-\d+\.txt$/ })
      .first()
      .waitFor();
    await page.getByRole("link", { name: /being uploaded/ }).waitFor();
  });
});
