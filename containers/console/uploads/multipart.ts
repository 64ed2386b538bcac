import { randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type ListPartsCommandOutput,
  NoSuchUpload,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type {
  CompletedUpload,
  MultipartRequest,
  MultipartState,
  MultipartUpload,
  PartLinks,
} from "../api/schemas/uploads.ts";
import { Problem, shown } from "../problem.ts";
import { destinationFor, type UploadRules } from "./destination.ts";
import { planParts, sizeOfPart } from "./part-plan.ts";
import type { StagedUpload, Staging } from "./staging.ts";

/** The bucket's own rule ends uploads in parts that are not complete after so long; see infra/platform.ts. */
const KEPT_DAYS = 7;
/** Seconds for which a part may be sent; a transfer that has begun may take longer. */
const LINK_VALID_SECONDS = 3600;

export interface MultipartPlace {
  readonly s3: S3Client;
  /** Signs for the address at which browsers reach S3. */
  readonly publicS3: S3Client;
  readonly rules: UploadRules;
  readonly staging: Staging;
  readonly now: () => Date;
}

/** Uploads in parts: S3 keeps the parts, the staging folder what else is needed to go on with them. */
export class MultipartUploads {
  readonly #place: MultipartPlace;

  constructor(place: MultipartPlace) {
    this.#place = place;
  }

  /** @throws Problem 413 for a file that is too large, 422 for one without a byte or a name that nothing takes */
  async create({ name, size, type, lastModified }: MultipartRequest): Promise<MultipartUpload> {
    const { s3, rules, staging, now } = this.#place;
    const time = now();
    const destination = destinationFor(rules, { name, size }, time);
    if (size === 0)
      throw new Problem(422, "size", "0", "a file without a byte has no parts; send it by a form");
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        Bucket: destination.bucket,
        Key: destination.key,
        ContentType: type,
      }),
    );
    if (UploadId === undefined) throw new Error("S3 began an upload in parts and did not name it");
    const upload: StagedUpload = {
      id: randomBytes(16).toString("hex"),
      ...destination,
      name,
      size,
      ...(lastModified === undefined ? {} : { lastModified }),
      ...planParts(size),
      startedAt: time.toISOString(),
      expiresAt: new Date(time.getTime() + KEPT_DAYS * 24 * 3_600_000).toISOString(),
      type,
      uploadId: UploadId,
    };
    await staging.save(upload);
    return viewOf(upload);
  }

  async list(): Promise<MultipartUpload[]> {
    return (await this.#place.staging.list(this.#place.now())).map(viewOf);
  }

  /** @throws Problem 404 for one that is not there, or that S3 has forgotten */
  async read(id: string): Promise<MultipartState> {
    const upload = await this.#find(id);
    const parts = await this.#parts(upload);
    return { upload: viewOf(upload), parts: parts.map(({ part, size }) => ({ part, size })) };
  }

  /** @throws Problem 404, or 422 for a part that the upload does not have */
  async sign(id: string, parts: readonly number[]): Promise<PartLinks> {
    const { publicS3, now } = this.#place;
    const upload = await this.#find(id);
    const outside = parts.find((part) => part > upload.partCount);
    if (outside !== undefined) {
      throw new Problem(422, "parts", String(outside), `this upload has the parts 1 to ${upload.partCount}`);
    }
    const links = parts.map(async (part) => ({
      part,
      size: sizeOfPart(upload.size, upload, part),
      url: await getSignedUrl(
        publicS3,
        new UploadPartCommand({
          Bucket: upload.bucket,
          Key: upload.key,
          UploadId: upload.uploadId,
          PartNumber: part,
        }),
        { expiresIn: LINK_VALID_SECONDS },
      ),
    }));
    const expiresAt = new Date(now().getTime() + LINK_VALID_SECONDS * 1000).toISOString();
    return { parts: await Promise.all(links), expiresAt };
  }

  /** May be asked again: an answer that was lost is given once more. @throws Problem 404, or 409 while parts are missing */
  async complete(id: string): Promise<CompletedUpload> {
    const { s3, staging } = this.#place;
    const upload = await this.#find(id);
    const { bucket, key } = upload;
    try {
      const sent = await this.#parts(upload);
      checkParts(upload, sent);
      const { VersionId } = await s3.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          UploadId: upload.uploadId,
          MultipartUpload: { Parts: sent.map(({ part, etag }) => ({ PartNumber: part, ETag: etag })) },
        }),
      );
      await staging.remove(id);
      return { bucket, key, versionId: VersionId };
    } catch (error) {
      const isGone = error instanceof NoSuchUpload || (error instanceof Problem && error.status === 404);
      if (!isGone || !(await this.#isComplete(upload))) throw error;
      await staging.remove(id);
      return { bucket, key };
    }
  }

  /** @throws Problem 404 */
  async abort(id: string): Promise<void> {
    const { s3, staging } = this.#place;
    const { bucket, key, uploadId } = await this.#find(id);
    try {
      await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    } catch (error) {
      if (!(error instanceof NoSuchUpload)) throw error;
    }
    await staging.remove(id);
  }

  async #find(id: string): Promise<StagedUpload> {
    const upload = await this.#place.staging.read(id);
    if (!upload) throw notThere(id);
    return upload;
  }

  /** The parts that S3 has, in order. */
  async #parts({ id, bucket, key, uploadId }: StagedUpload) {
    const parts: { part: number; size: number; etag: string | undefined }[] = [];
    try {
      // S3 names a next part after the last one as well, so that the SDK's own pages would never end.
      let marker: string | undefined;
      do {
        const page: ListPartsCommandOutput = await this.#place.s3.send(
          new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker }),
        );
        for (const { PartNumber = 0, Size = 0, ETag } of page.Parts ?? []) {
          parts.push({ part: PartNumber, size: Size, etag: ETag });
        }
        marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
      } while (marker !== undefined);
    } catch (error) {
      if (error instanceof NoSuchUpload) throw notThere(id);
      throw error;
    }
    return parts;
  }

  /** No two uploads share a key: an object under it is this one. */
  async #isComplete({ bucket, key }: StagedUpload): Promise<boolean> {
    const { Contents = [] } = await this.#place.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }),
    );
    return Contents.some(({ Key }) => Key === key);
  }
}

/** @throws Problem 409 naming the first part that is missing or is of another size than planned */
function checkParts(
  upload: StagedUpload,
  sent: readonly { readonly part: number; readonly size: number }[],
): void {
  const sizes = new Map(sent.map(({ part, size }) => [part, size]));
  for (let part = 1; part <= upload.partCount; part++) {
    const size = sizes.get(part);
    const expected = sizeOfPart(upload.size, upload, part);
    if (size === expected) continue;
    const value = size === undefined ? "not there" : `${size} bytes long`;
    throw new Problem(
      409,
      `part ${part}`,
      value,
      `it has ${expected} bytes; send it, then complete the upload again`,
    );
  }
}

function notThere(id: string): Problem {
  return new Problem(
    404,
    "upload",
    shown(id),
    `there is no such upload; it is complete, was given up, or was forgotten after ${KEPT_DAYS} days`,
  );
}

function viewOf({ type: _, uploadId: __, ...upload }: StagedUpload): MultipartUpload {
  return upload;
}
