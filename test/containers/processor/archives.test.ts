import { gzipSync, zstdCompressSync } from "node:zlib";
import { packTar } from "modern-tar";
import { describe, expect, test } from "vitest";
import type { ArchiveContent, ArchiveEntry } from "../../../events/results/archives.ts";
import { analyze, analyzeResumed } from "../support/analyze.ts";
import { bands } from "../support/files/images.ts";
import { zipOf } from "../support/files/zip.ts";

const CSV = "id,port\n1,Oslo\n2,Kobe\n";

async function archive(key: string, bytes: Buffer) {
  const { content, ...rest } = await analyze(key, bytes, 1_024);
  return { ...rest, content: content as ArchiveContent };
}

/** The first entry of an archive within. */
function within(entry: ArchiveEntry | undefined): ArchiveEntry | undefined {
  return (entry?.content as ArchiveContent | undefined)?.entries[0];
}

async function tar(): Promise<Buffer> {
  return Buffer.from(
    await packTar([
      { header: { name: "data/", type: "directory", size: 0 } },
      { header: { name: "data/ports.csv", size: CSV.length }, body: CSV },
      { header: { name: "data/same", type: "symlink", linkname: "ports.csv", size: 0 } },
    ]),
  );
}

test("each entry of a ZIP is looked at by the analyzer of its kind", async () => {
  const picture = await bands(60, 40).png().toBuffer();
  const { analyzer, facts, content, artifacts } = await archive(
    "a.zip",
    zipOf([
      { name: "data/" },
      { name: "data/ports.csv", content: CSV },
      { name: "picture.png", content: picture, stored: true },
      { name: "wrong.png", content: CSV },
    ]),
  );
  expect(analyzer.name).toBe("archives");
  expect(facts).toEqual({ type: "ZIP archive", entries: 4, unpackedBytes: 2 * CSV.length + picture.length });
  expect(content).toMatchObject({
    entryCount: 4,
    files: 3,
    directories: 1,
    complete: true,
    types: { "text/csv": 2, "image/png": 1 },
  });
  const [, ports, image, wrong] = content.entries;
  expect(ports).toMatchObject({ path: "data/ports.csv", analyzer: "tables", facts: { rows: 2, columns: 2 } });
  expect(ports?.content).toMatchObject({ columns: [{ name: "id", max: 2 }, { name: "port" }] });
  expect(image).toMatchObject({ analyzer: "images", facts: { width: 60, height: 40 } });
  expect(wrong?.warnings).toEqual(["The name suggests image/png, the content is text/csv"]);
  expect(artifacts).toEqual([]);
});

test.each([
  ["a.tar", (bytes: Buffer) => bytes, "tar archive"],
  ["a.tar.gz", gzipSync, "tar archive (gzip)"],
  ["a.tgz", gzipSync, "tar archive (gzip)"],
  ["a.tar.zst", zstdCompressSync, "tar archive (zstd)"],
])("%s is read in its order, links are not followed", async (key, compress, type) => {
  const { facts, content, warnings } = await archive(key, Buffer.from(compress(await tar())));
  expect(facts).toEqual({ type, entries: 3, unpackedBytes: CSV.length });
  expect(warnings).toEqual(["Links, which are not followed: 1"]);
  expect(content.entries.map(({ path, kind, analyzer }) => [path, kind, analyzer])).toEqual([
    ["data/", "directory", undefined],
    ["data/ports.csv", "file", "tables"],
    ["data/same", "symlink", undefined],
  ]);
});

test("what lies in gzip alone is the one entry of an archive", async () => {
  const { facts, content, warnings } = await archive(
    "picture.png.gz",
    gzipSync(await bands(60, 40).png().toBuffer()),
  );
  expect(facts).toMatchObject({ type: "gzip data", entries: 1 });
  expect(warnings).toEqual([]);
  expect(content.entries[0]).toMatchObject({ path: "picture.png", analyzer: "images", facts: { width: 60 } });
});

test("archives within archives are opened three deep", async () => {
  let inner = zipOf([{ name: "core.csv", content: CSV }]);
  for (const name of ["c.zip", "b.zip", "a.zip"]) inner = zipOf([{ name, content: inner }]);
  const { content } = await archive("outer.zip", inner);
  const a = content.entries[0];
  const b = within(a);
  const c = within(b);
  expect([a?.path, b?.path, c?.path]).toEqual(["a.zip", "b.zip", "c.zip"]);
  expect(c?.warnings).toEqual(["Archives nest more than 3 deep: what lies deeper is listed only"]);
  expect(within(c)).toEqual({
    path: "core.csv",
    kind: "file",
    size: CSV.length,
    compressedSize: expect.any(Number),
  });
});

test("an entry that cannot be read says why, and the others are read", async () => {
  const { content } = await archive(
    "a.zip",
    zipOf([
      { name: "broken.parquet", content: `PAR1${"\0".repeat(50)}PAR1` },
      {
        name: "damaged.csv",
        raw: Buffer.from("\xff\xff no deflate", "latin1"),
        method: 8,
        claims: { size: 50 },
      },
      { name: "fine.csv", content: CSV },
    ]),
  );
  expect(content.entries.map(({ failure, analyzer }) => failure ?? analyzer)).toEqual([
    expect.stringContaining("It cannot be read as Parquet"),
    expect.stringContaining("It is damaged"),
    "tables",
  ]);
});

test("a ZIP that is cut off is unreadable; a tar is read as far as it goes", async () => {
  const zip = zipOf([{ name: "a.csv", content: CSV }]);
  await expect(archive("a.zip", zip.subarray(0, zip.length - 30))).rejects.toMatchObject({
    failureCause: "unreadable",
  });
  const bytes = Buffer.concat([await tar(), Buffer.alloc(0)]);
  const { content, warnings } = await archive("a.tar", bytes.subarray(0, 512 * 2 + 10));
  expect(content).toMatchObject({ complete: false, directories: 1 });
  expect(warnings[0]).toMatch(/^The archive is damaged or cut off after \d entries/);
});

describe("a checkpoint", () => {
  const entries = Array.from({ length: 6 }, (_, at) => ({
    name: `${at}.csv`,
    // Large enough that each takes a while.
    content: `id,level\n${Array.from({ length: 60_000 }, (_, row) => `${row},${(row * (at + 1)) % 977}`).join("\n")}\n`,
  }));

  test("is saved on the way, and the next attempt does not look at the same entries again", async () => {
    const zip = zipOf(entries);
    const first = await analyzeResumed("a.zip", zip, undefined);
    expect(first.saved.length).toBeGreaterThan(0);
    const state = structuredClone(first.saved[0]) as { state: { entries: { facts?: object }[] } };
    const [looked] = state.state.entries;
    if (looked) looked.facts = { type: "from the checkpoint" };
    const second = await analyzeResumed("a.zip", zip, state);
    const [entry, ...others] = (second.analysis.content as ArchiveContent).entries;
    expect(entry?.facts).toEqual({ type: "from the checkpoint" });
    expect(others).toEqual((first.analysis.content as ArchiveContent).entries.slice(1));
  });

  test("of another version is not used", async () => {
    const state = { analyzer: "archives", version: "0", state: { entries: [{ path: "old" }] } };
    const { analysis } = await analyzeResumed("a.zip", zipOf(entries.slice(0, 1)), state);
    expect((analysis.content as ArchiveContent).entries).toMatchObject([
      { path: "0.csv", analyzer: "tables" },
    ]);
  });
});
