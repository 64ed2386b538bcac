import { z } from "zod";
import { variableOf } from "./config/given.ts";
import { type Config, configSchema, parseConfig, SETTINGS, type SettingName } from "./config.ts";
import { descriptionOf } from "./effective-config.ts";

const TITLES: Readonly<Record<keyof typeof SETTINGS, string>> = {
  compute: "Compute",
  workers: "Workers",
  console: "Console",
  network: "Network",
  loadBalancer: "The console's load balancer",
  fileSystem: "File system",
  logging: "Logs",
  data: "Data",
  alerts: "Alerts",
  tracing: "Tracing",
};

/** docs/configuration.md, from the schema. */
export function configurationPage(): string {
  const defaults = parseConfig({});
  return `${[
    INTRODUCTION,
    ...Object.entries(SETTINGS).flatMap(([group, settings]) => [
      `## ${TITLES[group as keyof typeof SETTINGS]}`,
      settingsTable(Object.keys(settings) as SettingName[], defaults),
    ]),
  ].join("\n\n")}\n`;
}

const INTRODUCTION = `# Configuration

<!-- Written by infra/write-configuration.ts from infra/config/; change that, not this page. -->

Each setting is CDK context, \`-c longshore:<setting>=<value>\` or in \`cdk.json\`, or a variable of the environment, such as
\`${variableOf("logRetentionDays")}\`. A setting that both give, with different values, is refused, and so is one that is unknown,
wrong, or does not go with another; the error names both. Lists are separated by commas.

\`npx longshore config\` prints what is in force, where it is from and what it costs; it takes the same flags as \`cdk deploy\`:

\`\`\`sh
npx longshore config -c longshore:network=nat
npx cdk deploy -c longshore:network=nat
npm start -- -c longshore:network=nat
\`\`\`

What of it one machine cannot play is in [local-support.md](local-support.md).`;

function settingsTable(names: readonly SettingName[], defaults: Config): string {
  const rows = names.map((name) => {
    const byDefault = defaults[name];
    const shown = Array.isArray(byDefault) ? byDefault.join(",") : byDefault;
    return [
      `\`${name}\``,
      takes(name).replaceAll("|", "\\|"),
      shown === undefined || shown === "" ? "" : `\`${String(shown)}\``,
      descriptionOf(name).replaceAll("|", "\\|"),
    ];
  });
  return [["Setting", "Takes", "Default", ""], ["---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

const jsonSchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});

/** In words, what the schema of a setting says. */
function takes(name: SettingName): string {
  const setting = configSchema.shape[name] as z.ZodType;
  return words(z.toJSONSchema(setting, { io: "output", unrepresentable: "any" }));
}

function words(given: unknown): string {
  const schema = jsonSchema.parse(given);
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.anyOf) return [...new Set(schema.anyOf.map(words))].join(" or ");
  switch (schema.type) {
    case "integer":
    case "number":
      return `${schema.minimum} to ${schema.maximum}`;
    case "boolean":
      return "`true`, `false`";
    case "array":
      return `list of ${words(schema.items)}`;
    default:
      return "text";
  }
}
