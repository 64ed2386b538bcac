/**
 * CRC32C (Castagnoli) and CRC64NVME by slicing tables: eight bytes a step, about 1 GB/s in V8.
 * CRC32 comes from zlib. All are reflected, start from and end with all ones.
 */

export const CRC32_POLYNOMIAL = 0xedb88320n;
export const CRC32C_POLYNOMIAL = 0x82f63b78n;
export const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

const SLICES = 8;

/** Tables for slicing-by-8, low and high halves of each entry. */
function slicingTables(polynomial: bigint): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(SLICES * 256);
  const high = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    low[byte] = Number(BigInt.asIntN(32, crc));
    high[byte] = Number(BigInt.asIntN(32, crc >> 32n));
  }
  for (let index = 256; index < SLICES * 256; index++) {
    const previousLow = low[index - 256] ?? 0;
    const previousHigh = high[index - 256] ?? 0;
    const byte = previousLow & 255;
    low[index] = ((previousLow >>> 8) | (previousHigh << 24)) ^ (low[byte] ?? 0);
    high[index] = (previousHigh >>> 8) ^ (high[byte] ?? 0);
  }
  return { low, high };
}

const castagnoli = slicingTables(CRC32C_POLYNOMIAL).low;
const nvme = slicingTables(CRC64NVME_POLYNOMIAL);

/** Indices below are within the tables and the buffer by construction; V8 inlines this. */
function at(array: Int32Array | Uint8Array, index: number): number {
  return array[index] as number;
}

function word(bytes: Uint8Array, index: number): number {
  return (
    at(bytes, index) |
    (at(bytes, index + 1) << 8) |
    (at(bytes, index + 2) << 16) |
    (at(bytes, index + 3) << 24)
  );
}

/** @param seed the CRC of what came before, 0 at the start */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const table = castagnoli;
  const length = bytes.length;
  const aligned = length - (length % SLICES);
  let crc = ~seed;
  let index = 0;
  for (; index < aligned; index += SLICES) {
    const a = crc ^ word(bytes, index);
    const b = word(bytes, index + 4);
    crc =
      at(table, 1792 + (a & 255)) ^
      at(table, 1536 + ((a >>> 8) & 255)) ^
      at(table, 1280 + ((a >>> 16) & 255)) ^
      at(table, 1024 + (a >>> 24)) ^
      at(table, 768 + (b & 255)) ^
      at(table, 512 + ((b >>> 8) & 255)) ^
      at(table, 256 + ((b >>> 16) & 255)) ^
      at(table, b >>> 24);
  }
  for (; index < length; index++) crc = (crc >>> 8) ^ at(table, (crc ^ at(bytes, index)) & 255);
  return ~crc >>> 0;
}

/** A running CRC64NVME, kept in two halves because V8 has no fast 64-bit integers. */
export class Crc64Nvme {
  #low = -1;
  #high = -1;

  update(bytes: Uint8Array): void {
    const lows = nvme.low;
    const highs = nvme.high;
    const length = bytes.length;
    const aligned = length - (length % SLICES);
    let low = this.#low;
    let high = this.#high;
    let index = 0;
    for (; index < aligned; index += SLICES) {
      const a = low ^ word(bytes, index);
      const b = high ^ word(bytes, index + 4);
      const i0 = 1792 + (a & 255);
      const i1 = 1536 + ((a >>> 8) & 255);
      const i2 = 1280 + ((a >>> 16) & 255);
      const i3 = 1024 + (a >>> 24);
      const i4 = 768 + (b & 255);
      const i5 = 512 + ((b >>> 8) & 255);
      const i6 = 256 + ((b >>> 16) & 255);
      const i7 = b >>> 24;
      low =
        at(lows, i0) ^
        at(lows, i1) ^
        at(lows, i2) ^
        at(lows, i3) ^
        at(lows, i4) ^
        at(lows, i5) ^
        at(lows, i6) ^
        at(lows, i7);
      high =
        at(highs, i0) ^
        at(highs, i1) ^
        at(highs, i2) ^
        at(highs, i3) ^
        at(highs, i4) ^
        at(highs, i5) ^
        at(highs, i6) ^
        at(highs, i7);
    }
    for (; index < length; index++) {
      const entry = (low ^ at(bytes, index)) & 255;
      low = ((low >>> 8) | (high << 24)) ^ at(lows, entry);
      high = (high >>> 8) ^ at(highs, entry);
    }
    this.#low = low;
    this.#high = high;
  }

  digest(): Buffer {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeInt32BE(~this.#high, 0);
    bytes.writeInt32BE(~this.#low, 4);
    return bytes;
  }
}

/**
 * Joins the CRCs of consecutive pieces into the CRC of the whole, without reading a byte again:
 * crc(A‖B) = crc(A)·x^(8·|B|) + crc(B) modulo the polynomial.
 */
export function crcCombiner(
  polynomial: bigint,
  width: number,
): (first: bigint, second: bigint, secondBytes: number) => bigint {
  const one = 1n << BigInt(width - 1);
  const multiply = (a: bigint, b: bigint): bigint => {
    let product = 0n;
    let factor = b;
    for (let mask = one; mask > 0n; mask >>= 1n) {
      if (a & mask) product ^= factor;
      factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
    }
    return product;
  };
  const shifts = new Map<number, bigint>();
  /** x^(8·bytes); parts of one upload are mostly of one size, hence the memory. */
  const shift = (bytes: number): bigint => {
    const known = shifts.get(bytes);
    if (known !== undefined) return known;
    let result = one;
    let square = one >> 1n;
    for (let exponent = BigInt(bytes) * 8n; exponent > 0n; exponent >>= 1n) {
      if (exponent & 1n) result = multiply(result, square);
      square = multiply(square, square);
    }
    shifts.set(bytes, result);
    return result;
  };
  return (first, second, secondBytes) => multiply(shift(secondBytes), first) ^ second;
}
