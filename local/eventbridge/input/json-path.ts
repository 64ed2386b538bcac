/** One step of a path: a key, an index, or every member. */
type Step = { readonly key: string } | { readonly index: number } | "every";

/** Reads a value out of an event; undefined where the path leads nowhere. */
export type JsonPath = (event: unknown) => unknown;

const STEP = /\.(\*|[\w/-]+)|\[(\*|\d+)\]/y;

/**
 * Compiles the subset of JSON path that EventBridge takes: `$`, dot notation (letters, digits, dash, underscore,
 * slash), array indices, wildcards. A path with a wildcard gives the array of what it finds.
 * @returns undefined when the text is no such path
 */
export function compileJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith("$")) return undefined;
  const steps: Step[] = [];
  for (let offset = 1; offset < text.length; offset = STEP.lastIndex) {
    STEP.lastIndex = offset;
    const found = STEP.exec(text);
    if (found === null) return undefined;
    const [, name, element] = found;
    if (name === "*" || element === "*") steps.push("every");
    else if (name !== undefined) steps.push({ key: name });
    else steps.push({ index: Number(element) });
  }
  const many = steps.includes("every");
  return (event) => {
    const found = steps.reduce<unknown[]>(
      (values, step) => values.flatMap((value) => follow(value, step)),
      [event],
    );
    if (many) return found.length === 0 ? undefined : found;
    return found[0];
  };
}

/** What a step finds in a value: nothing, one thing, or for `*` each member. */
function follow(value: unknown, step: Step): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === "every") return Object.values(value);
  if ("index" in step) {
    return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  }
  return Object.hasOwn(value, step.key) ? [(value as Record<string, unknown>)[step.key]] : [];
}
