/** A page of something that is sorted by time, newest first, and where the next page begins. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Absent when there is no more. */
  readonly next: PageKey | undefined;
}
export type PageKey = Readonly<Record<string, unknown>>;

/** Reads a page: the first one, or that which begins after a key. */
export type ReadPage<Entry> = (after: PageKey | undefined) => Promise<Page<Entry>>;

interface Source<Entry> {
  readonly read: ReadPage<Entry>;
  entries: readonly Entry[];
  /** Of `entries`, those that have been given already. */
  given: number;
  after: PageKey | undefined;
  isAtEnd: boolean;
}

/**
 * Several sources in one order, newest first. A source is read again only when all that was read of it has been given,
 * and one that is at its end never.
 */
export async function* newestFirst<Entry extends { readonly createdAt: string }>(
  reads: readonly ReadPage<Entry>[],
): AsyncGenerator<Entry, void> {
  const sources = reads.map(
    (read): Source<Entry> => ({ read, entries: [], given: 0, after: undefined, isAtEnd: false }),
  );
  for (;;) {
    await Promise.all(sources.map(fill));
    let newest: Source<Entry> | undefined;
    for (const source of sources) {
      const head = source.entries[source.given];
      if (head && (!newest || head.createdAt > (newest.entries[newest.given]?.createdAt ?? "")))
        newest = source;
    }
    const entry = newest?.entries[newest.given];
    if (!newest || !entry) return;
    newest.given++;
    yield entry;
  }
}

async function fill<Entry>(source: Source<Entry>): Promise<void> {
  while (source.given === source.entries.length && !source.isAtEnd) {
    const { entries, next } = await source.read(source.after);
    source.entries = entries;
    source.given = 0;
    source.after = next;
    source.isAtEnd = next === undefined;
  }
}
