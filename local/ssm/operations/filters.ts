import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import type { Parameter } from "../parameter.ts";

const KEYS = ["Name", "Type", "Path", "Tier"] as const;
type FilterKey = (typeof KEYS)[number];

/** A `ParameterFilters` entry with one of the given keys; `tag:<key>` is taken wherever `Name` is. */
export function filterSchema(keys: readonly FilterKey[] = KEYS) {
  return z.strictObject({
    Key: z.string().refine((key) => keys.some((known) => known === key) || isTag(key, keys), {
      error: `must be one of ${keys.join(", ")}${keys.includes("Name") ? " or tag:<key>" : ""}`,
    }),
    Option: z.enum(["Equals", "BeginsWith", "Contains", "OneLevel", "Recursive"]).optional(),
    Values: z.array(z.string()).min(1).max(50).optional(),
  });
}

export type ParameterFilter = z.output<ReturnType<typeof filterSchema>>;

function isTag(key: string, keys: readonly FilterKey[]): boolean {
  return keys.includes("Name") && /^tag:.+/.test(key);
}

/** Whether a parameter passes every filter; a filter's values are alternatives. */
export function toPredicate(filters: readonly ParameterFilter[]): (parameter: Parameter) => boolean {
  const predicates = filters.map(onePredicate);
  return (parameter) => predicates.every((passes) => passes(parameter));
}

/** @throws AwsError InvalidFilterOption, InvalidFilterValue */
function onePredicate({ Key, Option, Values }: ParameterFilter): (parameter: Parameter) => boolean {
  if (Key.startsWith("tag:")) {
    allow(Key, Option, ["Equals"]);
    const tag = Key.slice("tag:".length);
    return ({ tags }) => tags[tag] !== undefined && (!Values || Values.includes(tags[tag]));
  }
  if (!Values) throw new AwsError("InvalidFilterValue", `The filter ${Key} needs values`);
  if (Key === "Path") {
    allow(Key, Option, ["OneLevel", "Recursive"]);
    return ({ name }) => Values.some((path) => isBelow(name, path, Option === "Recursive"));
  }
  if (Key === "Name") {
    allow(Key, Option, ["Equals", "BeginsWith", "Contains"]);
    return ({ name }) => Values.some((value) => compareName(name, value, Option));
  }
  allow(Key, Option, ["Equals"]);
  return (parameter) => Values.includes(Key === "Type" ? parameter.type : parameter.tier);
}

function allow(key: string, option: ParameterFilter["Option"], options: readonly string[]): void {
  if (option !== undefined && !options.includes(option)) {
    throw new AwsError(
      "InvalidFilterOption",
      `The filter ${key} takes ${options.join(", ")} as its option, not ${option}`,
    );
  }
}

function compareName(name: string, value: string, option: ParameterFilter["Option"]): boolean {
  // A name's leading slash may be left out in filters.
  const candidates = [name, name.replace(/^\//, "")];
  if (option === "Contains") return name.includes(value);
  if (option === "BeginsWith") return candidates.some((candidate) => candidate.startsWith(value));
  return candidates.includes(value);
}

function isBelow(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes("/"));
}
