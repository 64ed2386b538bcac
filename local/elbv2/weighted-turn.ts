/** Something that takes turns in proportion to its weight; 0 is never chosen. */
export interface Weighted {
  readonly weight: number;
}

/**
 * Gives turns by smooth weighted round robin: with weights 3 and 1, every fourth turn is the second's.
 * @returns a function that names whose turn it is, or undefined when all weights are 0
 */
export function weightedTurns<Item extends Weighted>(items: readonly Item[]): () => Item | undefined {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  const credit = items.map(() => 0);
  return () => {
    if (total === 0) return undefined;
    let chosen = 0;
    for (const [index, { weight }] of items.entries()) {
      credit[index] = (credit[index] ?? 0) + weight;
      if ((credit[index] ?? 0) > (credit[chosen] ?? 0)) chosen = index;
    }
    credit[chosen] = (credit[chosen] ?? 0) - total;
    return items[chosen];
  };
}
