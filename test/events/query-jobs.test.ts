import { describe, expect, test } from "vitest";
import { type IndexEntry, type IndexPlace, mergeByTime, shareOf } from "../../events/jobs/query-jobs.ts";

const entry = (createdAt: string): IndexEntry => ({ createdAt, jobId: createdAt, pipeline: "p", key: "k" });

/** A partition, read in pages of two, which counts how often. */
function partitionOf(...times: string[]) {
  const partition = {
    reads: 0,
    async read(after: IndexPlace | undefined) {
      partition.reads++;
      const from = after === undefined ? 0 : times.lastIndexOf(after.createdAt) + 1;
      return { entries: times.slice(from, from + 2).map(entry), isLast: from + 2 >= times.length };
    },
  };
  return partition;
}

async function all(...merge: Parameters<typeof mergeByTime>): Promise<string> {
  let found = "";
  for await (const { entry } of mergeByTime(...merge)) found += entry.createdAt;
  return found;
}

describe("entries of several partitions", () => {
  test("come in order, each once", async () => {
    const partitions = [partitionOf("9", "5", "4", "1"), partitionOf(), partitionOf("8", "7", "6", "2", "0")];
    const reads = partitions.map(({ read }) => read);
    expect(await all("newest-first", reads)).toBe("987654210");
    expect(partitions.map(({ reads }) => reads)).toEqual([2, 1, 3]);
    expect(
      await all(
        "oldest-first",
        [partitionOf("1", "4"), partitionOf("2", "3")].map(({ read }) => read),
      ),
    ).toBe("1234");
  });

  test("are read no further than somebody asks", async () => {
    const busy = partitionOf("9", "8", "7", "6", "5");
    const quiet = partitionOf("4", "3", "2", "1");
    let first = "";
    for await (const { entry } of mergeByTime("newest-first", [busy.read, quiet.read])) {
      first += entry.createdAt;
      if (first.length === 4) break;
    }
    expect(first).toBe("9876");
    expect([busy.reads, quiet.reads]).toEqual([2, 1]);
  });

  test("go on where each partition was left", async () => {
    const reads = [partitionOf("9", "5", "1"), partitionOf("8", "7", "2")].map(({ read }) => read);
    expect(await all("newest-first", reads, [entry("5"), undefined])).toBe("8721");
  });

  test("of a page that is empty though there is more are looked for further on", async () => {
    const pages = [
      { entries: [], isLast: false },
      { entries: [entry("1")], isLast: true },
    ];
    expect(await all("newest-first", [async () => pages.shift() ?? { entries: [], isLast: true }])).toBe("1");
  });
});

test("a partition is asked for its share of a page, with room for chance, and never for more than the page", () => {
  expect([shareOf(1, 4), shareOf(50, 4), shareOf(200, 4), shareOf(200, 1)]).toEqual([1, 24, 72, 200]);
});
