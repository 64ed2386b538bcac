import { ConfigError } from "./problems.ts";

/** A setting as somebody gave it. */
export interface GivenSetting {
  readonly value: unknown;
  readonly from: "context" | "environment";
}

const CONTEXT_PREFIX = "longshore:";

/** `logRetentionDays` → `LONGSHORE_LOG_RETENTION_DAYS`. */
export function variableOf(setting: string): string {
  return `LONGSHORE_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * Settings that were given, by name: all of the context with the prefix, and of the environment what is a setting's
 * name; the rest of it belongs to others.
 * @throws ConfigError for a setting that context and environment disagree on: neither is nearer than the other
 */
export function givenSettings(
  names: readonly string[],
  context: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, GivenSetting> {
  const given = new Map<string, GivenSetting>(
    Object.entries(context)
      .filter(([key]) => key.startsWith(CONTEXT_PREFIX))
      .map(([key, value]) => [key.slice(CONTEXT_PREFIX.length), { value, from: "context" }]),
  );
  const problems: string[] = [];
  for (const name of names) {
    const value = environment[variableOf(name)];
    if (value === undefined || value === "") continue;
    const other = given.get(name);
    if (other && String(other.value) !== value) {
      problems.push(
        `${name}: context "${CONTEXT_PREFIX}${name}" says ${String(other.value)}, environment ${variableOf(name)} says ${value}; one of them has to go`,
      );
    }
    given.set(name, other ?? { value, from: "environment" });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return given;
}

/**
 * For Longshore's own app, where nobody else has context: a setting without the prefix is one that somebody forgot.
 * @throws ConfigError
 */
export function refuseUnprefixed(names: readonly string[], context: Readonly<Record<string, unknown>>): void {
  const problems = names
    .filter((name) => Object.hasOwn(context, name))
    .map(
      (name) => `${name}: without its prefix it has no effect; in CDK context it is ${CONTEXT_PREFIX}${name}`,
    );
  if (problems.length > 0) throw new ConfigError(problems);
}
