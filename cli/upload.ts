import { stat } from "node:fs/promises";
import { RESULT_HEAD, resultRow } from "./job-row.ts";
import { operatorCommand, printJson } from "./operator/command.ts";
import type { Connection } from "./operator/connection.ts";
import { progressBar } from "./operator/progress-bar.ts";
import { table } from "./table.ts";
import { checkFiles, type UploadedFile, uploadFiles } from "./uploads.ts";
import { UserError } from "./user-error.ts";
import { watchJobs } from "./watch-jobs.ts";

/** `longshore upload FILE…`: puts files into the uploads bucket, in parts where they are large. */
export const upload = operatorCommand({
  usage: "longshore upload FILE… [flags]",
  flags: { wait: { type: "boolean", help: "wait for the results and print them; fails if one failed" } },
  check({ positionals }) {
    if (positionals.length === 0) throw new UserError("Name the files to upload: longshore upload FILE…");
  },
  async run(connection, { positionals, values }) {
    await checkFiles(positionals);
    const uploaded = await uploadAll(connection, positionals);
    const json = values.json === true;
    for (const file of uploaded) {
      const { path, bucket, key, versionId } = file;
      if (json) printJson({ event: "upload", path, bucket, key, versionId });
      else console.log(`${path} → s3://${bucket}/${key}`);
    }
    return values.wait === true ? waitForResults(connection, uploaded, json) : 0;
  },
});

async function uploadAll({ s3, output }: Connection, paths: readonly string[]): Promise<UploadedFile[]> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const loaded = new Map<string, number>();
  const bar = progressBar();
  try {
    return await uploadFiles(s3, output("UploadsBucket"), paths, (path, bytes) => {
      loaded.set(path, bytes);
      const done = loaded.values().reduce((sum, size) => sum + size, 0);
      bar.update(done, total, `${megabytes(done)} of ${megabytes(total)} MB`);
    });
  } finally {
    bar.end();
  }
}

async function waitForResults(
  { dynamo, output }: Connection,
  uploaded: readonly UploadedFile[],
  json: boolean,
): Promise<number> {
  const finished = await watchJobs(
    dynamo,
    output("JobsTableName"),
    uploaded,
    ({ job, milliseconds }) => json && printJson({ event: "job", ...job, milliseconds }),
    new AbortController().signal,
  );
  if (!json) {
    const rows = finished.map(({ job, milliseconds }) => resultRow(job, milliseconds));
    console.log(`\n${table(RESULT_HEAD, rows)}`);
  }
  return finished.every(({ job }) => job.status === "succeeded") ? 0 : 1;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
