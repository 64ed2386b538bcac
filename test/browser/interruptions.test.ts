import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { until } from "../e2e/support/until.ts";
import { dropFiles, uploadOf, visitor } from "./support/console-pages.ts";

const visit = visitor();

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
});

describe("a file that goes up in parts", () => {
  const folder = mkdtempSync(join(tmpdir(), "longshore-browser-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("survives a lost connection and a reload: what S3 has is not sent again", async () => {
    visit.expectConsoleErrors(/net::ERR|Failed to load/);
    const file = join(folder, "tape.bin");
    writeFileSync(file, "a tape, and then nothing but zeros");
    truncateSync(file, PARTS * PART_BYTES);
    const page = await visit.open("/", { role: "uploader" });
    const upload = uploadOf(page, "tape.bin");

    await letParts(page, 2);
    await page.setInputFiles("[data-pick=files]", file);
    await until("S3 has two parts of it", async () => (await partsInS3(page, "tape.bin")) === 2);
    await page.context().setOffline(true);
    await letParts(page, PARTS);
    await upload.getByText("Paused").waitFor();
    await letParts(page, 2);
    await page.context().setOffline(false);
    await until("S3 has more of it", async () => (await partsInS3(page, "tape.bin")) > 2);

    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await page.getByText("Drop the same file again and it goes on where it stopped").waitFor();
    await letParts(page, 0);
    await page.setInputFiles("[data-pick=files]", file);
    const resumed = await upload.getByText(/resumed at (50\.3|67\.1) MB/).textContent();
    const there = resumed?.includes("50.3") ? 3 : 4;
    await letParts(page, PARTS);
    await page.getByRole("link", { name: "tape.bin" }).waitFor();
    expect(await askedParts(page)).toHaveLength(PARTS - there);
  });
});

const PART_BYTES = 16 * 1024 ** 2;
const PARTS = 7;

/**
 * So many more parts get a link to go to, and the others wait. It is done within the page: a browser whose requests
 * are intercepted from outside hands over every byte of them, which takes it seconds a part.
 */
async function letParts(page: Page, count: number): Promise<void> {
  await page.evaluate((more) => {
    const place = globalThis as typeof globalThis & { parts?: PartGate };
    const held = place.parts;
    if (held) {
      held.more = more;
      for (const go of held.waiting.splice(0)) go();
      return;
    }
    const { fetch } = globalThis;
    const gate: PartGate = { more, asked: [], waiting: [] };
    place.parts = gate;
    globalThis.fetch = async (input, init) => {
      if (String(input).endsWith("/parts")) {
        while (gate.more === 0) await new Promise<void>((go) => gate.waiting.push(go));
        gate.more--;
        gate.asked.push(...JSON.parse(String(init?.body)).parts);
      }
      return fetch(input, init);
    };
  }, count);
}

interface PartGate {
  more: number;
  readonly asked: number[];
  readonly waiting: (() => void)[];
}

/** The parts that the page has asked a link for since it was loaded. */
function askedParts(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as { parts: PartGate }).parts.asked);
}

/** How many parts S3 has of an upload that is not complete. */
function partsInS3(page: Page, name: string): Promise<number> {
  return page.evaluate(async (wanted) => {
    const read = async (path: string) => (await fetch(path)).json();
    const { uploads } = await read("/api/multipart-uploads");
    const found = uploads.find((upload: { name: string }) => upload.name === wanted);
    return found ? (await read(`/api/multipart-uploads/${found.id}`)).parts.length : 0;
  }, name);
}
