import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import type { ResultArtifact } from "../../events/result.ts";
import type { Artifact } from "./analyze.ts";
import { JobError } from "./job-error.ts";

/**
 * Uploads what an analysis has made to where its result document goes. An analysis reads hostile files: neither a
 * name nor a link of its making leads out of the folder.
 * @throws JobError, or errors of the AWS SDK
 */
export async function uploadArtifacts(
  s3: S3Client,
  result: JobRequest["result"],
  folder: string,
  artifacts: readonly Artifact[],
): Promise<ResultArtifact[]> {
  const prefix = result.key.slice(0, result.key.lastIndexOf("/") + 1);
  const uploaded: ResultArtifact[] = [];
  for (const { name, contentType } of artifacts) {
    const path = join(folder, name);
    const file = /^[a-z0-9][a-z0-9.-]{0,63}$/.test(name)
      ? await lstat(path).catch(() => undefined)
      : undefined;
    if (!file?.isFile()) {
      throw new JobError(
        "container-error",
        `The analysis names an artifact that is no file of its own: ${name}`,
      );
    }
    const key = `${prefix}${name}`;
    await s3.send(
      new PutObjectCommand({
        Bucket: result.bucket,
        Key: key,
        Body: createReadStream(path),
        ContentLength: file.size,
        ContentType: contentType,
      }),
    );
    uploaded.push({ name, key, contentType, size: file.size });
  }
  return uploaded;
}
