import { type FileHandle, open } from "node:fs/promises";

/** What the streams of a compound file make it. Sources: Microsoft's MS-OFFCRYPTO, MS-DOC, MS-XLS, MS-PPT, MS-OXMSG. */
const KINDS: Readonly<Record<string, { readonly mime: string; readonly format: string }>> = {
  EncryptedPackage: { mime: "application/x-cfb", format: "encrypted-office" },
  WordDocument: { mime: "application/msword", format: "doc" },
  Workbook: { mime: "application/vnd.ms-excel", format: "xls" },
  Book: { mime: "application/vnd.ms-excel", format: "xls" },
  "PowerPoint Document": { mime: "application/vnd.ms-powerpoint", format: "ppt" },
  "__properties_version1.0": { mime: "application/vnd.ms-outlook", format: "msg" },
};

const HEADER_BYTES = 512;
/** Sectors of 512 bytes or 4 KiB, by the version of the format. */
const SECTOR_SHIFTS = new Set([9, 12]);
const ENTRY_BYTES = 128;
/** The streams that tell are among the first; of more sectors than this, the rest is not looked at. */
const MOST_DIRECTORY_SECTORS = 64;
/** Sectors of the allocation table that the header lists; a file of more than 7 MB or 436 MB has further ones. */
const LISTED_TABLES = 109;

/** Looks at the names in the directory of an OLE compound file. Source: Microsoft's MS-CFB. */
export async function kindOfCompound(path: string): Promise<{ mime: string; format: string } | undefined> {
  await using file = await open(path);
  const header = await bytesAt(file, 0, HEADER_BYTES);
  const shift = header.length === HEADER_BYTES ? header.readUInt16LE(30) : 0;
  if (!SECTOR_SHIFTS.has(shift)) return undefined;
  const sectorBytes = 1 << shift;
  const sector = (number: number) => bytesAt(file, (number + 1) * sectorBytes, sectorBytes);
  let number = header.readUInt32LE(48);
  for (let seen = 0; seen < MOST_DIRECTORY_SECTORS; seen++) {
    const directory = await sector(number);
    for (let at = 0; at + ENTRY_BYTES <= directory.length; at += ENTRY_BYTES) {
      const nameBytes = Math.min(64, directory.readUInt16LE(at + 64));
      const name = directory.toString("utf16le", at, at + Math.max(0, nameBytes - 2));
      const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
      if (kind) return kind;
    }
    const perTable = sectorBytes / 4;
    const table = Math.floor(number / perTable);
    if (table >= LISTED_TABLES || directory.length < sectorBytes) return undefined;
    const allocation = await sector(header.readUInt32LE(76 + 4 * table));
    if (allocation.length < sectorBytes) return undefined;
    number = allocation.readUInt32LE((number % perTable) * 4);
  }
  return undefined;
}

async function bytesAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}
