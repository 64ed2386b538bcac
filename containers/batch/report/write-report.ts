import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type HourReport, reportKey } from "../../../events/batch/report.ts";
import type { BatchLog } from "../log.ts";
import { reportPage } from "./report-page.ts";

/** Writes reports as JSON and as a page. A bucket that refuses keeps the books from nothing else. */
export function reportWriter(
  s3: S3Client,
  bucket: string,
  log: BatchLog,
): (report: HourReport) => Promise<boolean> {
  const put = (Key: string, Body: string, ContentType: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }));
  return async (report) => {
    const { hour } = report;
    try {
      await put(reportKey(hour, "json"), `${JSON.stringify(report, undefined, 2)}\n`, "application/json");
      await put(reportKey(hour, "html"), reportPage(report), "text/html; charset=utf-8");
      return true;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      log.error("report.refused", { hour, bucket, key: reportKey(hour, "json"), error: name, message });
      return false;
    }
  };
}
