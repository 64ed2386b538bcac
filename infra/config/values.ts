import { z } from "zod";

// Settings come as text, from a command line or the environment, or as JSON from cdk.json.

/** A whole number from `min` to `max`. */
export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Any number from `min` to `max`. */
export const decimal = (min: number, max: number) => z.coerce.number().min(min).max(max);

/** `true` or `false`. */
export const flag = () => z.union([z.boolean(), z.stringbool()]);

/** Several values, none of them twice, as JSON or separated by commas. */
export const several = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (given) =>
      typeof given === "string"
        ? given
            .split(",")
            .map((text) => text.trim())
            .filter((text) => text !== "")
        : given,
    z.array(item).refine((items) => new Set(items).size === items.length, "names something twice"),
  );
