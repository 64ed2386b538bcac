/** The pattern language, said once more in the plainest way: for patterns that are valid, slow, and no `exists: false`. */
export function naiveMatch(pattern: Json, event: Json): boolean {
  return choices(event).some((flat) => holds(pattern, flat, []));
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

type Flat = readonly (readonly [path: string, value: Json])[];

/** An event as flat values, once for every way of choosing one object out of each array. */
function choices(event: Json, path: readonly string[] = []): Flat[] {
  if (Array.isArray(event)) {
    const scalars: Flat = event.filter((item) => !isObject(item)).map((item) => [path.join("."), item]);
    const objects = event.filter(isObject);
    if (objects.length === 0) return [scalars];
    return objects.flatMap((item) => choices(item, path)).map((flat) => [...scalars, ...flat]);
  }
  if (!isObject(event)) return [[[path.join("."), event]]];
  return Object.entries(event).reduce<Flat[]>(
    (flats, [key, value]) =>
      flats.flatMap((flat) => choices(value, [...path, key]).map((more) => [...flat, ...more])),
    [[]],
  );
}

function holds(pattern: Json, flat: Flat, path: readonly string[]): boolean {
  if (!isObject(pattern)) throw new Error("not a pattern");
  return Object.entries(pattern).every(([key, value]) => {
    if (key === "$or") return (value as Json[]).some((alternative) => holds(alternative, flat, path));
    if (!Array.isArray(value)) return holds(value, flat, [...path, key]);
    const at = [...path, key].join(".");
    return flat.some(([name, leaf]) => name === at && value.some((matcher) => takes(matcher, leaf)));
  });
}

function takes(matcher: Json, leaf: Json): boolean {
  if (!isObject(matcher)) return matcher === leaf;
  const [[operator, operand] = ["", null]] = Object.entries(matcher);
  switch (operator) {
    case "exists":
      return true;
    case "prefix":
      return typeof leaf === "string" && leaf.indexOf(operand as string) === 0;
    case "suffix":
      return typeof leaf === "string" && leaf.slice(leaf.length - (operand as string).length) === operand;
    case "equals-ignore-case":
      return typeof leaf === "string" && leaf.toLowerCase() === (operand as string).toLowerCase();
    case "wildcard":
      return typeof leaf === "string" && glob((operand as string).split(""), leaf.split(""));
    case "anything-but":
      if (Array.isArray(operand)) return operand.every((item) => item !== leaf);
      return isObject(operand) ? !takes(operand, leaf) : operand !== leaf;
    case "numeric":
      return typeof leaf === "number" && inRange(operand as Json[], leaf);
    default:
      throw new Error(operator);
  }
}

function glob(pattern: string[], text: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === "*") return glob(rest, text) || (text.length > 0 && glob(pattern, text.slice(1)));
  return text[0] === first && glob(rest, text.slice(1));
}

function inRange([operator, bound, ...rest]: Json[], leaf: number): boolean {
  const value = bound as number;
  const here = {
    "=": leaf === value,
    "<": leaf < value,
    "<=": leaf <= value,
    ">": leaf > value,
    ">=": leaf >= value,
  };
  return here[operator as keyof typeof here] && (rest.length === 0 || inRange(rest, leaf));
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
