import type { Leaf } from "./leaf.ts";

/** Which element of which array a value lies in; arrays are numbered in the order of reading. */
export type Membership = ReadonlyMap<number, number>;

export interface FlatLeaf {
  readonly value: Leaf;
  /** Undefined outside arrays of objects or of arrays. */
  readonly membership: Membership | undefined;
}

/** An event as its leaves by path. Empty objects and arrays have none, so they do not exist to patterns. */
export type FlatEvent = ReadonlyMap<string, readonly FlatLeaf[]>;

export function flatten(event: unknown): FlatEvent {
  const leaves = new Map<string, FlatLeaf[]>();
  let arrays = 0;

  const add = (path: string, value: Leaf, membership: Membership | undefined) => {
    const known = leaves.get(path);
    if (known === undefined) leaves.set(path, [{ value, membership }]);
    else known.push({ value, membership });
  };

  const visit = (path: string, value: unknown, membership: Membership | undefined) => {
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, item] of value.entries()) {
        const nested = typeof item === "object" && item !== null;
        visit(path, item, nested ? new Map(membership).set(array, index) : membership);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        visit(path === "" ? name : `${path}.${name}`, member, membership);
      }
    } else if (value !== undefined) {
      add(path, value as Leaf, membership);
    }
  };

  visit("", event, undefined);
  return leaves;
}
