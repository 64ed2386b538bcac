const BYTES = ["Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"] as const;
const BITS = ["Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"] as const;
const PLAIN = [...BYTES, ...BITS, "Count"] as const;

/** The units of the CloudWatch API, `None` among them. */
export const UNITS = [
  "Seconds",
  "Microseconds",
  "Milliseconds",
  "Percent",
  "None",
  ...PLAIN,
  ...PLAIN.map((unit) => `${unit}/Second` as const),
] as const;

export type Unit = (typeof UNITS)[number];
