import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { describe, expect, it } from "vitest";
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
