import { table } from "../table.ts";
import type { EffectiveConfig } from "./effective-config.ts";

/** Settings that are in force, then what they cost. */
export function configText({ settings, costs, total, prices }: EffectiveConfig): string {
  const dollars = (value: number | undefined) => (value === undefined ? "?" : `$${value.toFixed(2)}`);
  const monthly = (name: string) => {
    const own = costs.filter(({ setting }) => setting === name);
    return own.length === 0 ? "" : dollars(own.reduce((sum, cost) => sum + (cost.monthly ?? Number.NaN), 0));
  };
  return [
    table(
      ["Setting", "Value", "From", "A month"],
      settings.map(({ name, value, from }) => [name, valueText(value), from, monthly(name)]),
    ),
    "",
    table(
      ["Cost", "A month", "With use"],
      [
        ...costs.map(({ what, monthly: cost, usage = "" }) => [what, dollars(cost), usage]),
        ["in all, while nothing is uploaded", dollars(total), ""],
      ],
    ),
    "",
    `Prices of ${prices.region}, ${prices.asOf}: ${prices.source}. docs/configuration.md describes each setting, docs/cost.md the arithmetic.`,
  ].join("\n");
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
