import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import { type KeyFacts, keyFacts } from "../../events/jobs/job.ts";

/** A foreign container's document may be anything; only facts that people can read are taken from it. */
const documentWithFacts = z.object({ facts: keyFacts });
/** Facts are short; of a larger document they are not looked for. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads the facts of a result document; gives undefined when there is no document, and none when it has none. */
export function factsReader(s3: Pick<S3Client, "send"> = new S3Client({})) {
  return async ({ bucket, key }: { bucket: string; key: string }): Promise<KeyFacts | undefined> => {
    try {
      const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (ContentLength > MAX_BYTES) {
        await Body?.transformToWebStream().cancel();
        return {};
      }
      return factsOf((await Body?.transformToString()) ?? "");
    } catch (error) {
      if (error instanceof Error && error.name === "NoSuchKey") return undefined;
      throw error;
    }
  };
}

function factsOf(text: string): KeyFacts {
  try {
    return documentWithFacts.parse(JSON.parse(text)).facts;
  } catch {
    return {};
  }
}
