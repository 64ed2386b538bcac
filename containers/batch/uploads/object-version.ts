import type { ObjectVersion as ListedVersion } from "@aws-sdk/client-s3";
import { jobIdOf, type ObjectVersion } from "../../../events/jobs/job-id.ts";
import type { NewJob } from "../../../events/jobs/transitions.ts";
import type { Pipeline } from "../../../events/pipeline.ts";
import { laneFor, pipelineForKey } from "../../../events/routing.ts";

/** An upload as a listing shows it: the newest version of a key, with the job that it should have. */
export interface Upload {
  readonly jobId: string;
  readonly pipeline: string;
  readonly lane: NewJob["lane"];
  readonly object: ObjectVersion & { readonly versionId: string };
  readonly size: number;
  /** Milliseconds since the epoch. Of an object that came in parts: when its upload began. */
  readonly modifiedAt: number;
  readonly inParts: boolean;
}

/**
 * The upload that a listed version is. Versions that a newer one has followed need no job any more.
 * @returns "unversioned" for an object from before the bucket kept versions: its job's id follows from an event alone
 */
export function uploadOf(
  bucket: string,
  version: ListedVersion,
  pipelines: readonly Pipeline[],
): Upload | "unversioned" | undefined {
  const { Key: key, VersionId: versionId, ETag, Size: size, LastModified, IsLatest } = version;
  if (!IsLatest || key === undefined || versionId === undefined || size === undefined) return undefined;
  if (versionId === "null") return "unversioned";
  const pipeline = pipelineForKey(pipelines, key);
  if (!pipeline) return undefined;
  const etag = (ETag ?? "").replaceAll('"', "");
  const object = { bucket, key, versionId, etag };
  return {
    jobId: jobIdOf(object, pipeline.name),
    pipeline: pipeline.name,
    lane: laneFor(pipeline, size),
    object,
    size,
    modifiedAt: LastModified?.getTime() ?? 0,
    // Source: S3 user guide, "Checking object integrity": such an ETag ends in the number of parts.
    inParts: /-\d+$/.test(etag),
  };
}
