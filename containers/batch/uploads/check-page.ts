import type { ObjectVersion, S3Client } from "@aws-sdk/client-s3";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Pipeline } from "../../../events/pipeline.ts";
import type { BatchClock } from "../server-clock.ts";
import type { Driver } from "./driver.ts";
import { type Upload, uploadOf } from "./object-version.ts";
import { judge } from "./patience.ts";
import type { Patiences } from "./stuck.ts";
import { withoutJob } from "./without-job.ts";

/** What reconciling uploads needs. */
export interface UploadsCheck {
  readonly s3: S3Client;
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
  readonly bucket: string;
  readonly pipelines: readonly Pipeline[];
  readonly patiences: Patiences;
  readonly driver: Driver;
  readonly clock: BatchClock;
}

/** What came of a page of a listing. */
export interface PageOutcome {
  readonly checked: number;
  readonly driven: number;
  /** From before the bucket kept versions. */
  readonly unversioned: number;
  /** When the oldest upload came that has no job so far: driven or not, it is looked up again. */
  readonly oldestWaiting: number | undefined;
}

/** Lost uploads that are driven at once. */
const AT_ONCE = 8;
/** What has no job after so long will not have one however often it is driven, and is not to keep others back. */
const REMEMBER_MS = 7 * 24 * 3_600_000;

/** Reconciles those uploads of a page that `isWanted` takes. */
export async function checkPage(
  versions: readonly ObjectVersion[],
  isWanted: (upload: Upload) => boolean,
  check: UploadsCheck,
): Promise<PageOutcome> {
  const { client, jobsTable, bucket, pipelines, patiences, driver, clock } = check;
  const listed = versions.map((version) => uploadOf(bucket, version, pipelines));
  const wanted = listed.filter((upload) => upload !== undefined && upload !== "unversioned").filter(isWanted);
  const missing = await withoutJob({ client, jobsTable }, wanted);
  const now = clock.now();
  const waiting = missing.map(({ modifiedAt }) => modifiedAt).filter((time) => now - time < REMEMBER_MS);
  const lost = missing.filter(({ lane, modifiedAt }) => {
    const patience = lane === "pooled" ? patiences.jobs : { ...patiences.launches, queued: 0 };
    return judge(now - modifiedAt, patience) === "lost";
  });
  let driven = 0;
  for (let at = 0; at < lost.length && !driver.isExhausted; at += AT_ONCE) {
    const some = await Promise.all(lost.slice(at, at + AT_ONCE).map((upload) => driver.driveLost(upload)));
    driven += some.filter(Boolean).length;
  }
  return {
    checked: wanted.length,
    driven,
    unversioned: listed.filter((upload) => upload === "unversioned").length,
    oldestWaiting: waiting.length > 0 ? Math.min(...waiting) : undefined,
  };
}
