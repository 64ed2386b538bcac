import type { Readable } from "node:stream";
import { Parser } from "htmlparser2";
import { openPromise } from "yauzl";
import { openZipEntry } from "../../../zip-content.ts";

const LARGEST_BYTES = 8 * 2 ** 20;
const MOST_SHEETS = 1_000;

/** The names of a workbook's sheets, in order. */
export async function sheetNames(path: string): Promise<string[]> {
  const zip = await openPromise(path);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === "xl/workbook.xml") return namesIn(await openZipEntry(zip, entry));
    }
    return [];
  } finally {
    zip.close();
  }
}

async function namesIn(xml: Readable): Promise<string[]> {
  const names: string[] = [];
  const parser = new Parser(
    {
      onopentag(tag, { name }) {
        if (tag.replace(/^\w+:/, "") === "sheet" && name && names.length < MOST_SHEETS) names.push(name);
      },
    },
    { xmlMode: true },
  );
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of xml as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) break;
    parser.write(decoder.decode(chunk, { stream: true }));
  }
  parser.end();
  return names;
}
