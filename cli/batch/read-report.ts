import { GetObjectCommand } from "@aws-sdk/client-s3";
import { type HourReport, hourReport, reportKey } from "../../events/batch/report.ts";
import type { Connection } from "../operator/connection.ts";

/** The report of an hour, and where its page lies; undefined when there is none. */
export async function readReport(
  { s3, output }: Pick<Connection, "s3" | "output">,
  hour: string,
): Promise<{ readonly report: HourReport; readonly page: string } | undefined> {
  const bucket = output("ResultsBucket");
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: reportKey(hour, "json") }));
    const report = hourReport.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    return { report, page: `s3://${bucket}/${reportKey(hour, "html")}` };
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}
