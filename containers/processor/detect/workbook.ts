import { openPromise } from "yauzl";

/** The part that an Excel workbook always has, and other office documents never. */
const WORKBOOK = "xl/workbook.xml";
/** Workbooks have as many parts as sheets, and some. */
const MOST_ENTRIES = 5_000;

/** Looks for an Excel workbook in the central directory of a ZIP file; one that cannot be read is none. */
export async function isWorkbook(path: string): Promise<boolean> {
  try {
    const zip = await openPromise(path);
    try {
      let entries = 0;
      for await (const entry of zip.eachEntry()) {
        if (entry.fileName === WORKBOOK) return true;
        if (++entries > MOST_ENTRIES) return false;
      }
      return false;
    } finally {
      zip.close();
    }
  } catch {
    return false;
  }
}
