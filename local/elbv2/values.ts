import { z } from "zod";

/** A whole number as CloudFormation writes it: a number, or its decimal text. */
export const int = z
  .union([z.number(), z.string().regex(/^-?\d+$/, "a whole number")])
  .transform(Number)
  .pipe(z.int());

/** A truth value as CloudFormation writes it. */
export const bool = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

/** A network port; 0 is none. */
export const port = int.pipe(z.number().min(1).max(65_535));

/** `Key` and `Value` pairs, of which each key counts once. */
export const attributes = z
  .array(z.strictObject({ Key: z.string(), Value: z.coerce.string() }))
  .transform((pairs) => new Map(pairs.map(({ Key, Value }) => [Key, Value])));

/** Seconds within the bounds that AWS gives an attribute. */
export const seconds = (minimum: number, maximum: number) => int.pipe(z.number().min(minimum).max(maximum));

/** One of the values that the local runtime plays; AWS knows more, and they are refused as not played. */
export const oneOf = <const Value extends string>(...played: readonly Value[]) =>
  z.custom<Value>((value) => played.includes(value as Value), {
    error: ({ input }) => String(input),
    params: { notPlayed: true },
  });
