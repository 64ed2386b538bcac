import { constants, crc32, deflateRawSync } from "node:zlib";

const MIB = 2 ** 20;

/** Deflated zeros, made without compressing so many: a block that stands on its own, over and over. */
export function deflatedZeros(mebibytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: mebibytes }, () => block), deflateRawSync(Buffer.alloc(0))]);
}

export function gzipOfZeros(mebibytes: number): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(Buffer.alloc(MIB)) >>> 0, 0);
  end.writeUInt32LE((mebibytes * MIB) >>> 0, 4);
  return Buffer.concat([header, deflatedZeros(mebibytes), end]);
}
