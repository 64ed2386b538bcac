import { S3Error } from "./errors.ts";

/** How a payload that says `STREAMING-…` in `x-amz-content-sha256` is framed. */
export interface ChunkedFraming {
  /** Whether each chunk carries a signature. */
  readonly signed: boolean;
  /** Whether trailing headers follow the last chunk. */
  readonly trailer: boolean;
}

/** AWS's rule: only the last chunk may be smaller. Source: S3 API reference, "Signature calculations: chunked". */
const MIN_CHUNK_BYTES = 8192;
const MAX_LINE_BYTES = 4096;
const MAX_TRAILERS = 16;

/**
 * Takes aws-chunked framing off a body. Signatures of chunks are parsed, and left to the endpoint to judge.
 * @param onTrailer called for each trailing header, name in lower case
 * @throws S3Error for framing that is not exactly AWS's
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  framing: ChunkedFraming,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  const reader = new FrameReader(source);
  let previousBytes = MIN_CHUNK_BYTES;
  for (let index = 1; ; index++) {
    const bytes = parseChunkHeader(await reader.line(), framing.signed);
    if (bytes > 0 && previousBytes < MIN_CHUNK_BYTES) throw chunkTooSmall(index, previousBytes);
    if (bytes === 0) break;
    yield* reader.take(bytes);
    if ((await reader.line()) !== "") throw malformed("a chunk is longer than its size says");
    previousBytes = bytes;
  }
  await readTrailers(reader, framing, onTrailer);
  if (!(await reader.atEnd())) throw malformed("there are bytes after the last chunk");
}

function parseChunkHeader(line: string, signed: boolean): number {
  const match = /^([0-9a-fA-F]{1,12})(;chunk-signature=[0-9a-f]{64})?$/.exec(line);
  const size = match?.[1];
  if (size === undefined) throw malformed("a chunk does not start with its size");
  if (signed && match?.[2] === undefined) throw malformed("a chunk has no signature");
  return Number.parseInt(size, 16);
}

async function readTrailers(
  reader: FrameReader,
  framing: ChunkedFraming,
  onTrailer: (name: string, value: string) => void,
): Promise<void> {
  for (let count = 0; count < MAX_TRAILERS; count++) {
    const line = await reader.line();
    if (line === "") return;
    const colon = line.indexOf(":");
    if (!framing.trailer || colon < 1) throw malformedTrailer();
    const name = line.slice(0, colon).trim().toLowerCase();
    if (name !== "x-amz-trailer-signature") onTrailer(name, line.slice(colon + 1).trim());
    // Some SDKs end the trailers of an unsigned payload with the stream instead of an empty line.
    if (await reader.atEnd()) return;
  }
  throw malformedTrailer();
}

/** Cuts a stream of buffers into lines and runs of bytes, without copying the runs. */
class FrameReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done) return false;
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
    return true;
  }

  async atEnd(): Promise<boolean> {
    while (this.#buffer.length === 0) if (!(await this.#more())) return true;
    return false;
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#buffer.toString("latin1", 0, end);
        this.#buffer = this.#buffer.subarray(end + 2);
        return line;
      }
      if (this.#buffer.length > MAX_LINE_BYTES) throw malformed("a line is too long");
      if (!(await this.#more())) throw incompleteBody();
    }
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    let left = bytes;
    while (left > 0) {
      if (await this.atEnd()) throw incompleteBody();
      const piece = this.#buffer.subarray(0, left);
      this.#buffer = this.#buffer.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}

function chunkTooSmall(index: number, bytes: number): S3Error {
  return new S3Error(
    "InvalidChunkSizeError",
    `Only the last chunk is allowed to have a size less than ${MIN_CHUNK_BYTES} bytes`,
    { members: { Chunk: index, BadChunkSize: bytes } },
  );
}

function malformed(what: string): S3Error {
  return new S3Error("InvalidRequest", `The aws-chunked body is malformed: ${what}.`);
}

function malformedTrailer(): S3Error {
  return new S3Error(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
}

export function incompleteBody(): S3Error {
  return new S3Error("IncompleteBody", "The request body terminated unexpectedly");
}
