/**
 * Runs `work` over `items`, at most `width` at once, and yields the results in the items' order.
 * The first error ends the sequence; what is under way then is waited for and dropped.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  let next = 0;
  const startOne = () => {
    const item = items[next++];
    if (item === undefined) return;
    const result = work(item);
    result.catch(() => {}); // Seen when its turn comes.
    underWay.push(result);
  };
  try {
    for (let started = 0; started < width; started++) startOne();
    for (let head = underWay.shift(); head !== undefined; head = underWay.shift()) {
      const result = await head;
      startOne();
      yield result;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
}
