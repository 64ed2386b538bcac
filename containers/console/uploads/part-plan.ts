const MIB = 1024 ** 2;

/** S3's own limits. Source: Amazon S3 user guide, "Amazon S3 multipart upload limits". */
const MAX_PARTS = 10_000;
/** Small enough to be sent again without regret, large enough that a file of 100 MB is not a hundred requests. */
const USUAL_PART_BYTES = 16 * MIB;

export interface PartPlan {
  /** Bytes of every part but the last. */
  readonly partSize: number;
  readonly partCount: number;
}

/** How a file is cut. @param size at least 1 byte */
export function planParts(size: number): PartPlan {
  const partSize = Math.max(USUAL_PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  return { partSize, partCount: Math.ceil(size / partSize) };
}

/** Bytes of one part. @param part counts from 1 */
export function sizeOfPart(size: number, { partSize, partCount }: PartPlan, part: number): number {
  return part < partCount ? partSize : size - (partCount - 1) * partSize;
}
