import { crc32, deflateRawSync } from "node:zlib";

/** An entry of a ZIP file, with what a hostile one would say of itself. */
export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Written instead of the compressed content. */
  readonly raw?: Buffer;
  readonly stored?: boolean;
  /** Claimed instead of the content's own. */
  readonly claims?: { readonly size?: number; readonly compressedSize?: number; readonly crc?: number };
  readonly method?: number;
  readonly flags?: number;
  /** Unix mode, in the upper half of the external attributes. */
  readonly mode?: number;
  /** Offset of another entry's local header, which then serves both. */
  readonly sharesHeaderAt?: number;
}

/** Writes a ZIP file; nothing is checked. */
export function zipOf(entries: readonly ZipEntry[], { comment = "" } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content ?? "");
    const method = entry.method ?? (entry.stored || content.length === 0 ? 0 : 8);
    const data = entry.raw ?? (method === 8 ? deflateRawSync(content) : content);
    const { size = content.length, compressedSize = data.length, crc = crc32(content) } = entry.claims ?? {};
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(0x5821_0000, 6);
    common.writeUInt32LE(crc >>> 0, 10);
    common.writeUInt32LE(compressedSize, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const at = entry.sharesHeaderAt ?? offset;
    if (entry.sharesHeaderAt === undefined) {
      parts.push(Buffer.from("PK\x03\x04", "latin1"), common, name, data);
      offset += 30 + name.length + data.length;
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0o100_644) << 16) >>> 0, 6);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, rest, name);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length & 0xffff, 8);
  end.writeUInt16LE(entries.length & 0xffff, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, central, end, Buffer.from(comment)]);
}
