import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import type { JobRequest } from "../../events/jobs/job-request.ts";

/** How often in a row an answer may break without a single byte, before it is given up. */
const MOST_BREAKS = 4;
const FIRST_WAIT_MS = 100;

/** Bytes `start` to `end` of an object, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes of an object, or a range of them, in pieces. The SDK tries again until an answer begins; where one breaks
 * off, this goes on from there, so that no byte comes twice.
 * @param onAnswer is told of the head of every answer
 */
export async function* readObject(
  s3: S3Client,
  object: JobRequest["object"],
  range: ByteRange | undefined,
  onAnswer: (answer: GetObjectCommandOutput) => void,
): AsyncGenerator<Uint8Array> {
  const end = range?.end ?? object.size - 1;
  let at = range?.start ?? 0;
  let asked = range;
  for (let breaks = 0; ; asked = { start: at, end }) {
    const answer = await s3.send(new GetObjectCommand({ ...versionOf(object), ...rangeOf(asked) }));
    onAnswer(answer);
    try {
      for await (const chunk of answer.Body as Readable) {
        at += chunk.byteLength;
        breaks = 0;
        yield chunk;
      }
      return;
    } catch (error) {
      // With all bytes here, it is no connection that broke: their checksum is wrong.
      if (at > end || ++breaks > MOST_BREAKS) throw error;
      await wait(FIRST_WAIT_MS * 2 ** (breaks - 1));
    }
  }
}

/** If-Match makes S3 refuse to mix two versions, also between the ranges of one object. */
function versionOf({ bucket, key, etag, versionId }: JobRequest["object"]) {
  return {
    Bucket: bucket,
    Key: key,
    IfMatch: `"${etag}"`,
    ...(versionId !== undefined && { VersionId: versionId }),
  };
}

function rangeOf(range: ByteRange | undefined): { Range?: string } {
  return range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
}
