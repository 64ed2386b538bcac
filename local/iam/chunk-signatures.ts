import { hmac, type Signature, sha256, signingKey } from "./sigv4.ts";

/** Verifies the signatures inside a body of `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` (and `-TRAILER`), in order. */
export interface ChunkVerifier {
  /** @param dataSha256 hex hash of the chunk's data; of the empty string for the last, empty chunk */
  chunk(dataSha256: string, signature: string): boolean;
  /** @param trailers the trailing header lines, each `name:value\n` */
  trailer(trailers: string, signature: string): boolean;
}

const EMPTY = sha256("");

/** Starts at the seed, the signature of the request itself, which has been verified. (S3, chunked upload) */
export function createChunkVerifier(secret: string, seed: Signature): ChunkVerifier {
  const key = signingKey(secret, seed);
  const scope = `${seed.day}/${seed.region}/${seed.service}/aws4_request`;
  let previous = seed.signature;
  const verify = (kind: string, hashes: readonly string[], signature: string) => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, seed.date, scope, previous, ...hashes].join("\n");
    previous = hmac(key, text).toString("hex");
    return previous === signature;
  };
  return {
    chunk: (dataSha256, signature) => verify("PAYLOAD", [EMPTY, dataSha256], signature),
    trailer: (trailers, signature) => verify("TRAILER", [sha256(trailers)], signature),
  };
}
