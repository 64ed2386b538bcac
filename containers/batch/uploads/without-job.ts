import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readStatuses } from "./job-statuses.ts";
import type { Upload } from "./object-version.ts";

/** Items that one BatchGetItem takes. */
const BATCH = 100;

/** Those of the uploads that have no job. */
export async function withoutJob(
  client: DynamoDBDocumentClient,
  jobsTable: string,
  uploads: readonly Upload[],
): Promise<Upload[]> {
  const missing: Upload[] = [];
  for (let at = 0; at < uploads.length; at += BATCH) {
    const some = uploads.slice(at, at + BATCH);
    const known = await readStatuses(
      client,
      jobsTable,
      some.map(({ jobId }) => jobId),
    );
    missing.push(...some.filter(({ jobId }) => !known.has(jobId)));
  }
  return missing;
}
