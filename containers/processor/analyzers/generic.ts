import { createReadStream } from "node:fs";
import type { Analyzer, FileToAnalyze, Findings } from "../analyzers/analyzer.ts";
import { ByteStatistics } from "./generic/byte-statistics.ts";
import { TextStatistics } from "./generic/text-statistics.ts";

/** Any file: how its bytes are distributed, what can be read in them, and for text its lines and words. */
export const generic: Analyzer = {
  name: "generic",
  version: "1",
  accepts: () => true,
  async analyze(file, _limits, { progress }) {
    return file.type.encoding && !file.type.compression
      ? await analyzeText(file, progress)
      : await analyzeBytes(file, progress);
  },
};

type Progress = (percent: number, step: string) => void;

async function analyzeText(file: FileToAnalyze, progress: Progress): Promise<Findings> {
  const { label, encoding = "utf-8" } = file.type;
  const bytes = new ByteStatistics({ strings: false });
  const text = new TextStatistics(encoding);
  for await (const chunk of chunksOf(file, progress)) {
    bytes.add(chunk);
    text.add(chunk);
  }
  const { lines, words, characters, ...rest } = text.finish();
  return {
    facts: { type: label, lines, words },
    warnings: [],
    content: { ...bytes.finish(), text: { encoding, lines, words, characters, ...rest } },
  };
}

async function analyzeBytes(file: FileToAnalyze, progress: Progress): Promise<Findings> {
  const bytes = new ByteStatistics({ strings: true });
  for await (const chunk of chunksOf(file, progress)) bytes.add(chunk);
  return { facts: { type: file.type.label }, warnings: [], content: bytes.finish() };
}

async function* chunksOf({ path, sizeBytes }: FileToAnalyze, progress: Progress): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    yield chunk;
    read += chunk.length;
    progress(Math.min(100, (read / Math.max(1, sizeBytes)) * 100), "reading the bytes");
  }
}
