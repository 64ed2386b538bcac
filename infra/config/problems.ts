import type { z } from "zod";

/** Settings that cannot be used: `problems` names each setting, what it got and what it takes. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `Configuration (CDK context "longshore:<setting>" or environment LONGSHORE_<SETTING>):\n${problems
        .map((problem) => `  ${problem}`)
        .join("\n")}`,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** What a schema has to say, a line for each setting. */
export function problemsOf({ issues }: z.ZodError, names: readonly string[]): string[] {
  return issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `${issue.keys.join(", ")}: unknown; settings are ${names.join(", ")}`
      : `${issue.path.join(".")}: ${issue.message}`,
  );
}
