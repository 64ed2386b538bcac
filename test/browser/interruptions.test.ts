import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { until } from "../e2e/support/until.ts";
import { dropFiles, uploadOf, visitor } from "./support/console-pages.ts";

const visit = visitor();
const MiB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "longshore-browser-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a form whose time has run out", () => {
  it("is asked for anew by itself, and the file arrives", async () => {
    visit.expectConsoleErrors(/status of 403/);
    const page = await visit.open("/", { role: "uploader" });
    const { endpoint, outputs } = visit.system;
    const credentials = { accessKeyId: "admin", secretAccessKey: "admin" };
    const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
    let forms = 0;
    await page.route("**/api/uploads", async (route) => {
      const response = await route.fetch();
      const prepared = await response.json();
      forms++;
      // As if the reader's machine had slept between the form and its file.
      if (forms === 1) {
        const place = { Bucket: outputs.UploadsBucket ?? "", Key: prepared.key };
        prepared.form = await createPresignedPost(s3, { ...place, Expires: 1 });
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      }
      await route.fulfill({ response, json: prepared });
    });
    await dropFiles(page, [{ name: "slept.csv", text: "a\n1\n" }]);
    await uploadOf(page, "slept.csv").getByText("Succeeded").waitFor();
    expect(forms).toBe(2);
  });
});

describe("a connection that is lost half-way", () => {
  it("pauses the upload, says so, and goes on by itself when it is back", async () => {
    visit.expectConsoleErrors(/net::ERR|Failed to load/);
    const page = await visit.open("/", { role: "uploader" });
    await page.context().setOffline(true);
    await dropFiles(page, [{ name: "tunnel.csv", text: "a\n1\n" }]);
    const upload = uploadOf(page, "tunnel.csv");
    await upload.getByText("Paused").waitFor();
    await upload.getByText(/goes on by itself/).waitFor();
    await page.context().setOffline(false);
    await upload.getByText("Succeeded").waitFor();
  });

  it("costs a large file nothing of what S3 has, even when the page was closed meanwhile", async () => {
    visit.expectConsoleErrors(/net::ERR|Failed to load/);
    const file = join(folder, "tape.bin");
    writeFileSync(file, Buffer.concat([randomBytes(MiB), Buffer.alloc(104 * MiB)]));
    const page = await visit.open("/", { role: "uploader" });
    const line = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 25 * MiB };
    await line.send("Network.emulateNetworkConditions", slow);
    await page.setInputFiles("[data-pick=files]", file);
    await until("S3 has some parts of it", async () => (await partsOf(page, "tape.bin")) >= 2);
    await line.send("Network.emulateNetworkConditions", { ...slow, offline: true });
    await uploadOf(page, "tape.bin").getByText("Paused").waitFor();
    page.on("dialog", (dialog) => dialog.accept());
    await line.send("Network.emulateNetworkConditions", { ...slow, offline: false });
    await page.reload();

    await page.getByText("Drop the same file again and it goes on where it stopped").waitFor();
    await page.setInputFiles("[data-pick=files]", file);
    const upload = uploadOf(page, "tape.bin");
    await upload.getByText(/resumed at/).waitFor();
    await upload
      .getByText(/Uploaded|Accepted|Starting|Running|Succeeded/)
      .first()
      .waitFor();
    await page.getByRole("link", { name: "tape.bin" }).waitFor();
  });
});

/** How many parts S3 has of an upload that is not complete. */
function partsOf(page: Page, name: string): Promise<number> {
  return page.evaluate(async (wanted) => {
    const read = async (path: string) => (await fetch(path)).json();
    const { uploads } = await read("/api/multipart-uploads");
    const found = uploads.find((upload: { name: string }) => upload.name === wanted);
    return found ? (await read(`/api/multipart-uploads/${found.id}`)).parts.length : 0;
  }, name);
}
