import { createHash } from "node:crypto";
import { type ChecksumAlgorithm, createDigest } from "./checksums.ts";

/** Passes bytes on and takes their MD5 (hexadecimal) and checksum (base64) as they go by. */
export function readDigested(source: AsyncIterable<Buffer>, algorithm: ChecksumAlgorithm) {
  const md5 = createHash("md5");
  const checksum = createDigest(algorithm);
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      md5.update(chunk);
      checksum.update(chunk);
      yield chunk;
    }
  }
  return {
    chunks: chunks(),
    finish: () => ({ md5: md5.digest("hex"), checksum: checksum.digest().toString("base64") }),
  };
}
