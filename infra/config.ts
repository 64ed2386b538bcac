import type { Node } from "constructs";
import { z } from "zod";
import { alertSettings } from "./config/alerts.ts";
import { computeSettings } from "./config/compute.ts";
import { consoleSettings } from "./config/console.ts";
import { dataSettings } from "./config/data.ts";
import { fileSystemSettings } from "./config/file-system.ts";
import { givenSettings } from "./config/given.ts";
import { loadBalancerRules, loadBalancerSettings } from "./config/load-balancer.ts";
import { loggingRules, loggingSettings } from "./config/logging.ts";
import { networkRules, networkSettings } from "./config/network.ts";
import { ConfigError, problemsOf } from "./config/problems.ts";
import type { Rule } from "./config/rules.ts";
import { spotRules } from "./config/spot.ts";
import { tracingSettings } from "./config/tracing.ts";
import { workerSettings } from "./config/workers.ts";

/**
 * What an adopter may decide without touching a construct: CDK context, `-c longshore:<setting>=<value>`, or environment,
 * `LONGSHORE_<SETTING>=<value>`. Each setting is described where it is declared, in infra/config/.
 */
export const SETTINGS = {
  compute: computeSettings,
  workers: workerSettings,
  network: networkSettings,
  loadBalancer: loadBalancerSettings,
  logging: loggingSettings,
  data: dataSettings,
  fileSystem: fileSystemSettings,
  alerts: alertSettings,
  tracing: tracingSettings,
  console: consoleSettings,
} as const;

export const configSchema = z.strictObject({
  ...SETTINGS.compute,
  ...SETTINGS.workers,
  ...SETTINGS.network,
  ...SETTINGS.loadBalancer,
  ...SETTINGS.logging,
  ...SETTINGS.data,
  ...SETTINGS.fileSystem,
  ...SETTINGS.alerts,
  ...SETTINGS.tracing,
  ...SETTINGS.console,
});

/** What single settings cannot say. */
const RULES: readonly Rule[] = [...networkRules, ...loadBalancerRules, ...loggingRules, ...spotRules];

export type Config = z.output<typeof configSchema>;
export type SettingName = keyof Config;

export const SETTING_NAMES = Object.keys(configSchema.shape) as readonly SettingName[];

/** Reads the configuration from CDK context and environment. @throws ConfigError */
export function readConfig(
  node: Pick<Node, "getAllContext">,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const given = givenSettings(SETTING_NAMES, node.getAllContext(), environment);
  return parseConfig(Object.fromEntries([...given].map(([name, { value }]) => [name, value])));
}

/** @throws ConfigError */
export function parseConfig(settings: unknown): Config {
  const parsed = configSchema.safeParse(settings);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, SETTING_NAMES));
  const problems = RULES.flatMap((rule) => rule(parsed.data));
  if (problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

export { ConfigError } from "./config/problems.ts";
