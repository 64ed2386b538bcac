import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { isReadable, openZipEntry } from "../../zip-content.ts";
import { LONGEST_PATH, type PresentedEntry, warningsOfPath } from "./archive-reader.ts";

/** File types of Unix, in the upper half of an entry's external attributes. */
const TYPE_MASK = 0o170_000;
const SYMLINK = 0o120_000;
const UNIX = 3;

/** The entries of a ZIP file, in the order of its central directory. */
export async function* zipEntries(path: string): AsyncGenerator<PresentedEntry> {
  // Names stay bytes: yauzl would refuse to go on after one that leads outside.
  const zip = await openPromise(path, { decodeStrings: false });
  try {
    for await (const entry of zip.eachEntry()) yield presented(zip, entry);
  } finally {
    zip.close();
  }
}

function presented(zip: ZipFile, entry: Entry): PresentedEntry {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  const { compressionMethod, uncompressedSize, compressedSize } = entry;
  const encrypted = entry.isEncrypted();
  const readable = isReadable(entry);
  const kind = kindOf(entry, name);
  const warnings = warningsOfPath(name);
  if (encrypted) warnings.push("It is encrypted");
  else if (!readable) warnings.push(`Its compression method ${compressionMethod} is not supported`);
  return {
    path: name.slice(0, LONGEST_PATH),
    kind,
    size: uncompressedSize,
    compressedSize,
    encrypted,
    warnings,
    ...(readable && kind === "file" && { open: () => openZipEntry(zip, entry), crc32: entry.crc32 }),
  };
}

function kindOf({ versionMadeBy, externalFileAttributes }: Entry, name: string): PresentedEntry["kind"] {
  if (name.endsWith("/")) return "directory";
  const unixType = (externalFileAttributes >>> 16) & TYPE_MASK;
  return versionMadeBy >>> 8 === UNIX && unixType === SYMLINK ? "symlink" : "file";
}
