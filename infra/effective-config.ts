import type { z } from "zod";
import { PRICES } from "../events/prices.ts";
import { givenSettings } from "./config/given.ts";
import {
  type Config,
  configSchema,
  parseConfig,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
} from "./config.ts";
import { type Cost, monthlyCosts, total } from "./monthly-costs.ts";

/** A setting as it is in force. */
export interface EffectiveSetting {
  readonly name: string;
  readonly group: string;
  readonly value: unknown;
  readonly from: "default" | "context" | "environment";
  readonly description: string;
}

export interface EffectiveConfig {
  readonly settings: readonly EffectiveSetting[];
  readonly costs: readonly Cost[];
  /** Dollars a month while nothing is uploaded. */
  readonly total: number;
  readonly prices: { readonly region: string; readonly asOf: string; readonly source: string };
}

/** @throws ConfigError */
export function effectiveConfig(
  context: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): EffectiveConfig {
  const given = givenSettings(SETTING_NAMES, context, environment);
  const config: Config = parseConfig(
    Object.fromEntries([...given].map(([name, { value }]) => [name, value])),
  );
  const costs = monthlyCosts(config);
  const { region, asOf, source } = PRICES;
  return {
    settings: Object.entries(SETTINGS).flatMap(([group, settings]) =>
      Object.keys(settings).map((name) => ({
        name,
        group,
        value: given.get(name)?.value ?? config[name as SettingName] ?? null,
        from: given.get(name)?.from ?? "default",
        description: descriptionOf(name as SettingName),
      })),
    ),
    costs,
    total: total(costs),
    prices: { region, asOf, source },
  };
}

export function descriptionOf(name: SettingName): string {
  return (configSchema.shape[name] as z.ZodType).description ?? "";
}
