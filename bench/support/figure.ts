import * as z from "zod";

/** One measured figure, as benches print it with `--json`: one a line, with nothing else on standard output. */
export const figure = z.strictObject({
  name: z.string(),
  /** A number in `unit`, or words where there is none. */
  figure: z.union([z.number(), z.string()]),
  unit: z.string(),
  /** What people would use instead, measured in the same run; or why it was not. */
  peer: z
    .union([
      z.strictObject({ name: z.string(), figure: z.number() }),
      z.strictObject({ name: z.string(), notRun: z.string() }),
    ])
    .optional(),
  /** How many times better than the peer: above 1 is better, whichever way the unit counts. */
  ratio: z.number().optional(),
  /** In words: `≤ 400 ms`, or `≥ 3 ×` of the peer. */
  target: z.string().optional(),
  met: z.boolean().optional(),
});
export type Figure = z.infer<typeof figure>;

/** Which way a figure is better. */
export type Better = "less" | "more";

/** A figure with a target of its own. */
export function againstTarget(
  name: string,
  value: number,
  unit: string,
  target: number,
  better: Better,
): Figure {
  const sign = better === "less" ? "≤" : "≥";
  return {
    name,
    figure: value,
    unit,
    target: `${sign} ${target} ${unit}`,
    met: better === "less" ? value <= target : value >= target,
  };
}

/** A figure beside its peer's. @param atLeast how many times better than the peer it is to be */
export function againstPeer(
  name: string,
  value: number,
  unit: string,
  peer: { readonly name: string; readonly figure: number },
  better: Better,
  atLeast?: number,
): Figure {
  const ratio = better === "less" ? peer.figure / value : value / peer.figure;
  const target = atLeast === undefined ? {} : { target: `≥ ${atLeast} ×`, met: ratio >= atLeast };
  return { name, figure: value, unit, peer, ratio, ...target };
}
