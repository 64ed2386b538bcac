import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { JobItem } from "../../../events/jobs/job.ts";
import { type ResultArtifact, resultHead } from "../../../events/result.ts";
import type { JobFile } from "../api/schemas/jobs.ts";
import { Problem, shown } from "../problem.ts";

export interface ResultPlace {
  readonly s3: S3Client;
  /** Signs for the address at which browsers reach S3. */
  readonly publicS3: S3Client;
}

/** Seconds for which a link works. */
const LINK_VALID_SECONDS = 15 * 60;
/** Pictures that hold no script, whatever is in them. SVG can: it is a file. */
const IMAGES = ["image/png", "image/jpeg", "image/webp", "image/avif", "image/gif"];

/** The result document as it lies in S3. @throws Problem 404 while there is none */
export async function readResult({ s3 }: ResultPlace, { status, result }: JobItem): Promise<unknown> {
  if (!result) {
    throw new Problem(
      404,
      "the result of this job",
      `not there while it is ${status}`,
      "a job has a result once it has succeeded",
    );
  }
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: result.bucket, Key: result.key }));
    return JSON.parse((await Body?.transformToString()) ?? "");
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new Problem(
      404,
      "the result document",
      shown(result.key),
      "it has been removed from the results bucket",
    );
  }
}

/** Links to the result document and the files beside it: attachments at S3's origin, with the type that we say. */
export async function resultFiles(place: ResultPlace, job: JobItem, now: Date): Promise<JobFile[]> {
  const { result } = job;
  if (!result) return [];
  const head = resultHead.safeParse(await readResult(place, job));
  // A container of somebody's own may write any document.
  const artifacts: readonly ResultArtifact[] = head.data?.artifacts ?? [];
  const expiresAt = new Date(now.getTime() + LINK_VALID_SECONDS * 1000).toISOString();
  const link = async (key: string, name: string, contentType: string) => ({
    name,
    contentType,
    url: await getSignedUrl(
      place.publicS3,
      new GetObjectCommand({
        Bucket: result.bucket,
        Key: key,
        ResponseContentType: contentType,
        ResponseContentDisposition: `attachment; filename="${asciiName(name)}"; filename*=UTF-8''${encodeName(name)}`,
      }),
      { expiresIn: LINK_VALID_SECONDS },
    ),
    expiresAt,
  });
  const folder = result.key.slice(0, result.key.lastIndexOf("/") + 1);
  return Promise.all([
    ...artifacts
      // A document says where its files are: only those beside it are its own.
      .filter(({ key }) => key.startsWith(folder))
      .map(async ({ key, name, contentType, size }) => {
        const isImage = IMAGES.includes(contentType);
        const type = isImage ? contentType : "application/octet-stream";
        return {
          ...(await link(key, name, type)),
          size,
          kind: isImage ? ("image" as const) : ("file" as const),
        };
      }),
    (async () => ({
      ...(await link(result.key, "result.json", "application/json")),
      kind: "result" as const,
    }))(),
  ]);
}

function asciiName(name: string): string {
  return name.replaceAll(/[^\w. -]/g, "_");
}

/** Source: RFC 5987, "value-chars". */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
}
