const SECTOR = 512;
const END_OF_CHAIN = 0xfffffffe;

/**
 * An OLE compound file with the given streams in its directory, and nothing in them.
 * @param circle its directory has no end
 */
export function compound(streams: readonly string[], { circle = false } = {}): Buffer {
  const header = Buffer.alloc(SECTOR, 0xff);
  header.fill(0, 8, 76);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(header);
  header.writeUInt16LE(9, 30); // Sectors of 512 bytes.
  header.writeUInt32LE(1, 48); // The directory is in sector 1.
  header.writeUInt32LE(0, 76); // The allocation table in sector 0.
  const directory = Buffer.alloc(Math.ceil((streams.length + 1) / 4) * SECTOR);
  for (const [index, name] of ["Root Entry", ...streams].entries()) {
    directory.write(name, index * 128, "utf16le");
    directory.writeUInt16LE((name.length + 1) * 2, index * 128 + 64);
  }
  const table = Buffer.alloc(SECTOR, 0xff);
  const sectors = directory.length / SECTOR;
  for (let at = 1; at <= sectors; at++) {
    const last = circle ? 1 : END_OF_CHAIN;
    table.writeUInt32LE(at < sectors ? at + 1 : last, at * 4);
  }
  return Buffer.concat([header, table, directory]);
}
