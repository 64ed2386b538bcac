/** A value at the end of a path in an event. */
export type Leaf = string | number | boolean | null;

/** One compiled value matcher. */
export type LeafTest = (leaf: Leaf) => boolean;
