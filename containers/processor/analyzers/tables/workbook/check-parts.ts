import { openPromise } from "yauzl";
import { JobError } from "../../../../kit/job-error.ts";

/** Parts other than sheets are read whole: together they may take this share of the memory. */
const SHARE_OF_MEMORY = 0.15;
/** A sheet is read in pieces, but for no bytes without end. */
const LARGEST_SHEET = 4 * 2 ** 30;
const MOST_TIMES = 500;
const ALWAYS_ALLOWED = 64 * 2 ** 20;

/**
 * Looks at what the parts of a workbook say they unpack to, before any of them is unpacked.
 * @throws JobError when they say too much, and errors of yauzl when there is no list of parts
 */
export async function checkParts(path: string, sizeBytes: number, memoryBytes: number): Promise<void> {
  const zip = await openPromise(path);
  let others = 0;
  try {
    for await (const { fileName, uncompressedSize, compressedSize } of zip.eachEntry()) {
      const most = Math.max(ALWAYS_ALLOWED, Math.min(LARGEST_SHEET, compressedSize * MOST_TIMES));
      if (uncompressedSize > most) throw bomb(fileName, uncompressedSize);
      if (!fileName.startsWith("xl/worksheets/") && !/^xl\/(media|embeddings)\//.test(fileName)) {
        others += uncompressedSize;
      }
    }
  } finally {
    zip.close();
  }
  if (others > Math.max(ALWAYS_ALLOWED / 2, memoryBytes * SHARE_OF_MEMORY) || sizeBytes > memoryBytes / 2) {
    throw new JobError(
      "out-of-memory",
      `The workbook's texts and styles take ${others} bytes, the file ${sizeBytes}: too many for ${memoryBytes} bytes of memory`,
      { retriable: true },
    );
  }
}

function bomb(part: string, bytes: number): JobError {
  return new JobError(
    "unreadable",
    `Its part ${JSON.stringify(part.slice(0, 100))} unpacks to ${bytes} bytes: it looks like a decompression bomb`,
  );
}
