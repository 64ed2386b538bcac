import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import type { OnProgress } from "../kit/analyze.ts";
import type { FileToAnalyze } from "./analyzers/analyzer.ts";
import { decompressor, mostUncompressedBytes, tooLarge } from "./compression.ts";

const CHUNK_BYTES = 256 * 1024;

/** The bytes of a file, without its compression. */
export interface Content {
  /** To be read once. @throws JobError when it unpacks beyond all reason */
  chunks(): AsyncGenerator<Buffer>;
  /** Once all is read: how many bytes there were. */
  readonly bytes: number;
  /** Once all is read: what was odd. */
  readonly warnings: string[];
}

export function readContent(
  { path, sizeBytes, type }: Pick<FileToAnalyze, "path" | "sizeBytes" | "type">,
  progress: OnProgress,
): Content {
  const content = { bytes: 0, warnings: [] as string[], chunks };
  const { compression } = type;
  return content;

  async function* chunks(): AsyncGenerator<Buffer> {
    const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    const decoder = compression && decompressor(compression);
    const most = compression ? mostUncompressedBytes(sizeBytes) : Number.POSITIVE_INFINITY;
    try {
      // The pipeline's own end says nothing that the loop does not hear.
      const source = decoder ? pipeline(file, decoder, () => {}) : file;
      for await (const chunk of source as AsyncIterable<Buffer>) {
        content.bytes += chunk.length;
        if (compression && content.bytes > most) throw tooLarge(compression, sizeBytes);
        yield chunk;
        progress(Math.min(100, (file.bytesRead / Math.max(1, sizeBytes)) * 100), "reading the content");
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error && /^Z/.test(String(error.code)))) throw error;
      content.warnings.push(
        `The ${compression} data is damaged or cut off after ${content.bytes} bytes (${error.message}); what came before is described`,
      );
    } finally {
      file.destroy();
      decoder?.destroy();
    }
  }
}
