import { describe, expect, test } from "vitest";
import { newestFirst, type PageKey } from "../../../../containers/console/jobs/newest-first.ts";

/** A source of pages of two, which counts how often it is read. */
function sourceOf(...times: string[]) {
  const source = {
    reads: 0,
    async read(after: PageKey | undefined) {
      source.reads++;
      const from = Number(after?.from ?? 0);
      const entries = times.slice(from, from + 2).map((createdAt) => ({ createdAt }));
      return { entries, next: from + 2 < times.length ? { from: from + 2 } : undefined };
    },
  };
  return source;
}

async function all<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

describe("entries of several sources", () => {
  test("come newest first, each once", async () => {
    const sources = [sourceOf("9", "5", "5", "1"), sourceOf(), sourceOf("8", "7", "6", "2", "0")];
    const entries = await all(newestFirst(sources.map(({ read }) => read)));
    expect(entries.map(({ createdAt }) => createdAt).join("")).toBe("987655210");
    expect(sources.map(({ reads }) => reads)).toEqual([2, 1, 3]);
  });

  test("are read no further than somebody asks", async () => {
    const busy = sourceOf("9", "8", "7", "6", "5");
    const quiet = sourceOf("4", "3", "2", "1");
    const first: string[] = [];
    for await (const { createdAt } of newestFirst([busy.read, quiet.read])) {
      if (first.push(createdAt) === 4) break;
    }
    expect(first.join("")).toBe("9876");
    expect([busy.reads, quiet.reads]).toEqual([2, 1]);
  });

  test("of a page that is empty though there is more are looked for further on", async () => {
    const pages = [
      { entries: [], next: { from: 1 } },
      { entries: [{ createdAt: "1" }], next: undefined },
    ];
    const entries = await all(newestFirst([async () => pages.shift() ?? { entries: [], next: undefined }]));
    expect(entries).toEqual([{ createdAt: "1" }]);
  });
});
