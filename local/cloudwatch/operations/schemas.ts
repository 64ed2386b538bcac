import { z } from "zod";
import { tagKey } from "../../wire/tag-key.ts";
import { UNITS } from "../metrics/units.ts";

// The query protocol has text where the others have numbers, booleans and times.

/** A finite number. */
export const number = z.preprocess(
  (raw) => (typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw),
  z.number(),
);

export const integer = z.preprocess(
  (raw) => (typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw),
  z.int(),
);

export const flag = z.preprocess(
  (raw) => (raw === "true" ? true : raw === "false" ? false : raw),
  z.boolean(),
);

/** Milliseconds since the epoch; on the wire seconds, a CBOR time or ISO 8601. */
export const timestamp = z.preprocess((raw) => {
  if (raw instanceof Date) return raw.getTime();
  if (typeof raw === "number") return raw * 1000;
  if (typeof raw === "string") return /^\d+(\.\d+)?$/.test(raw) ? Number(raw) * 1000 : Date.parse(raw);
  return raw;
}, z.number());

/** The query protocol writes an empty list as empty text. */
export function list<Item extends z.ZodType>(item: Item, limits: { min?: number; max?: number } = {}) {
  return z.preprocess(
    (raw) => (raw === "" ? [] : raw),
    z
      .array(item)
      .min(limits.min ?? 0)
      .max(limits.max ?? Number.MAX_SAFE_INTEGER),
  );
}

export const name = z.string().min(1).max(255);
export const dimension = z.strictObject({ Name: name, Value: z.string().min(1).max(1024) });
export const dimensions = list(dimension, { max: 30 });
export const unit = z.enum(UNITS);

/** 1, 5, 10, 20, 30 or a multiple of 60 seconds (CloudWatch API reference). */
export const period = integer.refine(
  (seconds) => [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0),
  {
    error: "Valid periods are 1, 5, 10, 20, 30 and multiples of 60 seconds",
  },
);

export const metricQuery = z.strictObject({
  Id: z
    .string()
    .regex(/^[a-z]\w{0,254}$/, "Ids begin with a lower-case letter; letters, digits and _ follow"),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({ Namespace: name, MetricName: name, Dimensions: dimensions.default([]) }),
      Period: period,
      Stat: z.string(),
      Unit: unit.optional(),
    })
    .optional(),
  Expression: z.string().min(1).max(2048).optional(),
  Label: z
    .string()
    .refine((label) => !label.includes("${"), { error: "Dynamic labels are not played by the local runtime" })
    .optional(),
  ReturnData: flag.optional(),
  Period: period.optional(),
});

export const tags = list(z.strictObject({ Key: tagKey, Value: z.string().max(256) }), {
  max: 50,
});
