import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { decompressor } from "../../compression.ts";
import type { Compression } from "../../detect.ts";
import { LONGEST_PATH, type PresentedEntry, warningsOfPath } from "./archive-reader.ts";

/** The entries of a tar archive, in its order; bodies that nobody opens are passed over. */
export async function* tarEntries(
  path: string,
  compression: Compression | undefined,
): AsyncGenerator<PresentedEntry> {
  const file = createReadStream(path);
  // The pipeline's own end says nothing that the loop does not hear.
  const source = compression ? pipeline(file, decompressor(compression), () => {}) : file;
  const entries = (Readable.toWeb(source) as globalThis.ReadableStream<Uint8Array>).pipeThrough(
    createTarDecoder({ strict: true }),
  );
  try {
    for await (const entry of entries as unknown as ReadableStream<ParsedTarEntry>) {
      let opened = false;
      yield presented(entry, () => {
        opened = true;
      });
      if (!opened) await entry.body.cancel();
    }
  } finally {
    source.destroy();
    file.destroy();
  }
}

function presented({ header, body }: ParsedTarEntry, onOpen: () => void): PresentedEntry {
  const { name, size, type = "file" } = header;
  const kind = kindOf(type, name);
  return {
    path: name.slice(0, LONGEST_PATH),
    kind,
    size: kind === "file" ? size : 0,
    encrypted: false,
    warnings: warningsOfPath(name),
    ...(kind === "file" && {
      open: () => {
        onOpen();
        const content = Readable.fromWeb(body as unknown as ReadableStream);
        // Whoever reads hears of an error by reading; with a reader that has stopped it must not end the process.
        content.on("error", () => {});
        return Promise.resolve(content);
      },
    }),
  };
}

function kindOf(type: string, name: string): PresentedEntry["kind"] {
  if (type === "directory" || name.endsWith("/")) return "directory";
  if (type === "symlink" || type === "link") return "symlink";
  return type === "file" ? "file" : "other";
}
