import type { Pipeline } from "../../../events/pipeline.ts";
import { GENERIC_PIPELINE } from "../../../events/routing.ts";

/**
 * How much work an object is. Measured: 0.05 s a small object (`secondsPerMessage`), and DuckDB's summary of a CSV of
 * 94 MB in 1.5 s on two cores; the rest is assumed.
 */
export const WORK = {
  /** vCPU seconds of any object. */
  cpuSeconds: 0.05,
  /** Bytes that a vCPU reads in a second, once more for each object by its size. */
  tableBytesPerSecond: 31e6,
  otherBytesPerSecond: 100e6,
  /** Seconds until the first byte of an object, and for its result to be written. */
  readSeconds: 0.04,
  writeSeconds: 0.05,
  transferBytesPerSecond: 80e6,
  /** Seconds from a container's start to its first look at the job. */
  bootSeconds: 0.5,
} as const;

/** vCPU seconds that an object takes. */
export function cpuSeconds(bytes: number, pipeline: Pipeline): number {
  const rate = pipeline.name === GENERIC_PIPELINE ? WORK.otherBytesPerSecond : WORK.tableBytesPerSecond;
  return WORK.cpuSeconds + bytes / rate;
}

/** Seconds until an object is there. */
export function readSeconds(bytes: number): number {
  return WORK.readSeconds + bytes / WORK.transferBytesPerSecond;
}
