import type { FlatEvent, FlatLeaf, Membership } from "./flatten.ts";
import type { Leaf } from "./leaf.ts";
import type { Branch, EventPattern, FieldPattern } from "./pattern.ts";

/** Whether an event matches a pattern. */
export function matches(pattern: EventPattern, event: FlatEvent): boolean {
  return pattern.branches.some((branch) => branchMatches(branch, event));
}

/**
 * Whether all fields of a branch hold. Values out of arrays of objects must come from the same elements: of
 * `[{"a": 1}, {"b": 2}]` no element has both.
 */
export function branchMatches(branch: Branch, event: FlatEvent): boolean {
  let scattered = false;
  for (const field of branch) {
    const leaves = event.get(field.path);
    if (leaves === undefined) {
      if (!field.absent) return false;
      continue;
    }
    let found = false;
    for (const leaf of leaves) {
      if (leaf.membership !== undefined) scattered = true;
      if (!found && holds(field, leaf.value)) found = true;
    }
    // Within an array, a field may be missing from the element that the other fields are in.
    if (!found && !(field.absent && scattered)) return false;
  }
  return !scattered || consistent(branch, event, 0, EMPTY);
}

const EMPTY: Membership = new Map();

function holds(field: FieldPattern, value: Leaf): boolean {
  if (typeof value === "string" && field.exact.has(value)) return true;
  for (const test of field.tests) if (test(value)) return true;
  return false;
}

/** Searches one value for each field such that no two are in different elements of one array. */
function consistent(branch: Branch, event: FlatEvent, index: number, chosen: Membership): boolean {
  const field = branch[index];
  if (field === undefined) return absencesHold(branch, event, chosen);
  const tried = new Set<Membership | undefined>();
  for (const leaf of event.get(field.path) ?? []) {
    if (tried.has(leaf.membership) || !holds(field, leaf.value)) continue;
    const next = join(chosen, leaf.membership);
    if (next === undefined) continue;
    tried.add(leaf.membership);
    if (consistent(branch, event, index + 1, next)) return true;
  }
  return field.absent && consistent(branch, event, index + 1, chosen);
}

/** A field that must not exist may do so in other elements than the chosen ones. */
function absencesHold(branch: Branch, event: FlatEvent, chosen: Membership): boolean {
  return branch.every((field) => {
    if (!field.absent) return true;
    const near = (event.get(field.path) ?? []).filter((leaf) => join(chosen, leaf.membership) !== undefined);
    return near.length === 0 || near.some((leaf: FlatLeaf) => holds(field, leaf.value));
  });
}

function join(chosen: Membership, added: Membership | undefined): Membership | undefined {
  if (added === undefined || added.size === 0) return chosen;
  for (const [array, element] of added) {
    const known = chosen.get(array);
    if (known !== undefined && known !== element) return undefined;
  }
  return chosen.size === 0 ? added : new Map([...chosen, ...added]);
}
