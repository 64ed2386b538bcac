import { S3Error } from "./errors.ts";

/** A browser's form upload up to its file, whose bytes are still to come. */
export interface UploadForm {
  /** Fields before the file, by lower-case name; S3 ignores those after it. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: { readonly name: string; readonly chunks: AsyncIterable<Buffer> };
}

/** Source: S3 API reference, POST Object: the form without the file is 20 KB at most. */
const MAX_FIELDS_BYTES = 20 * 1024;

/**
 * Reads `multipart/form-data` (RFC 7578) as it comes in, up to the field `file`.
 * @throws S3Error MalformedPOSTRequest, MaxPostPreDataLengthExceededError
 */
export async function readUploadForm(
  contentType: string,
  source: AsyncIterable<Buffer>,
): Promise<UploadForm> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw malformed("its Content-Type has no boundary");
  const delimiter = Buffer.from(`\r\n--${name}`, "latin1");
  const reader = new DelimitedReader(source);
  await reader.until(delimiter, MAX_FIELDS_BYTES);
  const fields = new Map<string, string>();
  let left = MAX_FIELDS_BYTES;
  for (;;) {
    const head = (await reader.until(HEADER_END, MAX_FIELDS_BYTES)).toString("utf8");
    if (head.startsWith("--")) break;
    const field = attribute(head, "name");
    if (field === undefined) throw malformed("a field has no name");
    if (field.toLowerCase() === "file") {
      const file = attribute(head, "filename") ?? "";
      return { fields, file: { name: file.replace(/^.*[/\\]/s, ""), chunks: reader.stream(delimiter) } };
    }
    const value = await reader.until(delimiter, left);
    left -= value.length + field.length;
    fields.set(field.toLowerCase(), value.toString("utf8"));
  }
  throw new S3Error("InvalidArgument", "POST requires exactly one file upload per request.", {
    members: { ArgumentName: "file", ArgumentValue: "0" },
  });
}

const HEADER_END = Buffer.from("\r\n\r\n");

/** A parameter of the part's Content-Disposition; browsers escape quotes as %22. */
function attribute(head: string, name: string): string | undefined {
  const line = head.split("\r\n").find((candidate) => /^content-disposition:/i.test(candidate));
  const match = new RegExp(`;\\s*${name}="([^"]*)"`, "i").exec(line ?? "");
  return match?.[1]?.replaceAll("%22", '"');
}

/** Reads a stream up to delimiters. */
class DelimitedReader {
  readonly #source: AsyncIterator<Buffer>;
  /** The first boundary needs no line break before it; this supplies one. */
  #buffer: Buffer = Buffer.from("\r\n");

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw malformed("it ends before its last boundary");
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
  }

  async until(delimiter: Buffer, limit: number): Promise<Buffer> {
    for (;;) {
      const end = this.#buffer.indexOf(delimiter);
      if (end > limit || (end < 0 && this.#buffer.length > limit + delimiter.length)) {
        throw new S3Error(
          "MaxPostPreDataLengthExceededError",
          "Your POST request fields preceding the upload file were too large.",
          { members: { MaxPostPreDataLengthBytes: MAX_FIELDS_BYTES } },
        );
      }
      if (end >= 0) {
        const found = this.#buffer.subarray(0, end);
        this.#buffer = this.#buffer.subarray(end + delimiter.length);
        return found;
      }
      await this.#more();
    }
  }

  /** Everything up to the delimiter, as it comes; what could be the delimiter's start is held back. */
  async *stream(delimiter: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const end = this.#buffer.indexOf(delimiter);
      const safe = end >= 0 ? end : Math.max(0, this.#buffer.length - delimiter.length + 1);
      const piece = this.#buffer.subarray(0, safe);
      this.#buffer = this.#buffer.subarray(safe);
      if (piece.length > 0) yield piece;
      if (end >= 0) return;
      await this.#more();
    }
  }
}

function malformed(what: string): S3Error {
  return new S3Error(
    "MalformedPOSTRequest",
    `The body of your POST request is not well-formed multipart/form-data: ${what}.`,
  );
}
