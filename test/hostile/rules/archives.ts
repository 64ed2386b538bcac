import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { zipOf } from "../../containers/support/files/zip.ts";
import { file, type HostileFile } from "../hostile-file.ts";
import { deflatedZeros, gzipOfZeros } from "../zeros.ts";
import { tarHeader, tarOf } from "./tar-files.ts";

const BOMB = /decompression bomb/;
/** A machine that is slow at unpacking comes to the end of the time before that of the bytes. */
const BOMB_OR_LATE = /decompression bomb|Time ran out/;
const OUTSIDE = /lead out of the archive's folder/;
const GIB = 2 ** 30;

/** Names that lead elsewhere, or that file systems choke on. */
const NAMES = [
  "../escaped.txt",
  "../../../../../../tmp/escaped.txt",
  "a/../../escaped.txt",
  "/tmp/escaped.txt",
  "C:\\escaped.txt",
  "..\\..\\escaped.txt",
  "\\\\server\\share\\escaped.txt",
];
const ODD_NAMES = [
  "",
  ".",
  "con",
  "a\nb.txt",
  "😀".repeat(100),
  `${"long/".repeat(800)}name.csv`,
  " .csv",
  "-rf",
];

export function archives(): HostileFile[] {
  return [...zips(), ...tars(), ...streams()];
}

function zips(): HostileFile[] {
  const zeros = (mebibytes: number) => ({
    raw: deflatedZeros(mebibytes),
    method: 8,
    claims: { size: mebibytes * 2 ** 20 },
  });
  return [
    file("a zip bomb", "bomb.zip", () => zipOf([{ name: "zeros", ...zeros(400) }]), { warning: BOMB }),
    file(
      "a zip bomb of many entries",
      "bombs.zip",
      () => zipOf(Array.from({ length: 40 }, (_, at) => ({ name: `z${at}`, ...zeros(10) }))),
      { warning: BOMB_OR_LATE },
    ),
    file("a zip bomb of overlapping entries", "overlap.zip", () => overlapping(2_000, 4), {
      warning: BOMB_OR_LATE,
    }),
    file("a zip bomb that claims to be small", "liar.zip", () =>
      zipOf([{ name: "z", ...zeros(300), claims: { size: 100 } }]),
    ),
    file("a zip in a zip in a zip …", "deep.zip", () => nested(12), { analyzer: "archives" }),
    file(
      "a zip bomb within zips",
      "deep-bomb.zip",
      () => {
        const inner = zipOf([{ name: "zeros", ...zeros(150) }]);
        return zipOf(Array.from({ length: 4 }, (_, at) => ({ name: `${at}.zip`, content: inner })));
      },
      { analyzer: "archives" },
    ),
    file(
      "entries without end",
      "many.zip",
      () => zipOf(Array.from({ length: 30_000 }, (_, at) => ({ name: `e${at}` }))),
      {
        warning: /more entries than are looked into/,
      },
    ),
    file("more entries than its end says", "overflow.zip", () =>
      zipOf(Array.from({ length: 66_000 }, () => ({ name: "e" }))),
    ),
    ...NAMES.map((name) =>
      file(`the name ${JSON.stringify(name)}`, "slip.zip", () => zipOf([{ name, content: "out" }]), {
        warning: OUTSIDE,
      }),
    ),
    ...ODD_NAMES.map((name) =>
      file(
        `the name ${JSON.stringify(name.slice(0, 20))}`,
        "odd.zip",
        () => zipOf([{ name, content: "a,b\n1,2\n" }]),
        {
          analyzer: "archives",
        },
      ),
    ),
    file("a name that is no UTF-8", "odd.zip", () =>
      zipOf([{ name: Buffer.from([0xff, 0xfe, 0x80]), content: "x" }]),
    ),
    file("a name with NUL", "odd.zip", () => zipOf([{ name: "a\0.txt", content: "x" }])),
    file(
      "a link and a file through it",
      "link.zip",
      () =>
        zipOf([
          { name: "link", content: "/tmp", mode: 0o120_777 },
          { name: "link/escaped.txt", content: "out" },
        ]),
      { warning: /Links, which are not followed: 1/ },
    ),
    file(
      "an encrypted entry",
      "secret.zip",
      () => zipOf([{ name: "s.txt", content: "x".repeat(40), flags: 0x801 }]),
      {
        warning: /Encrypted entries: 1/,
      },
    ),
    ...[1, 6, 9, 12, 14, 93, 95, 99].map((method) =>
      file(`compression method ${method}`, "method.zip", () =>
        zipOf([{ name: "m", content: "abc", method }]),
      ),
    ),
    ...[
      { size: 0 },
      { size: 3 },
      { size: 4_294_967_295 },
      { compressedSize: 0 },
      { compressedSize: 4_294_967_295 },
      { crc: 1 },
    ].map((claims) =>
      file(`a claim of ${JSON.stringify(claims)}`, "claims.zip", () =>
        zipOf([
          { name: "a.csv", content: "a,b\n1,2\n".repeat(50), claims },
          { name: "b.txt", content: "after" },
        ]),
      ),
    ),
    file("a broken stream inside", "broken.zip", () =>
      zipOf([{ name: "x", raw: Buffer.from("no deflate"), method: 8, claims: { size: 400 } }]),
    ),
    file("an empty zip", "empty.zip", () => zipOf([]), { warning: /empty/ }),
    file("a zip after a program", "sfx.zip", () =>
      Buffer.concat([Buffer.alloc(5_000, "MZ"), zipOf([{ name: "a", content: "b" }])]),
    ),
    file("a comment that holds a zip's end", "comment.zip", () =>
      zipOf([{ name: "a" }], { comment: `PK\x05\x06${"\0".repeat(18)}` }),
    ),
    file("two directories", "twice.zip", () =>
      Buffer.concat([zipOf([{ name: "a", content: "1" }]), zipOf([{ name: "b", content: "2" }])]),
    ),
    file("a zip named like a table", "table.csv", () => zipOf([{ name: "a.txt", content: "x" }]), {
      warning: /The name suggests text\/csv, the content is application\/zip/,
    }),
  ];
}

/** Every directory entry leads to the same data. */
function overlapping(entries: number, mebibytes: number): Buffer {
  const shared = {
    raw: deflatedZeros(mebibytes),
    method: 8,
    claims: { size: mebibytes * 2 ** 20, compressedSize: deflatedZeros(mebibytes).length },
  };
  return zipOf([
    { name: "same", ...shared },
    ...Array.from({ length: entries - 1 }, () => ({
      name: "same",
      method: 8,
      sharesHeaderAt: 0,
      claims: shared.claims,
    })),
  ]);
}

function nested(depth: number): Buffer {
  let inner = zipOf([{ name: "core.txt", content: "the innermost" }]);
  for (let level = 0; level < depth; level++) inner = zipOf([{ name: `level-${level}.zip`, content: inner }]);
  return inner;
}

function tars(): HostileFile[] {
  return [
    ...NAMES.map((name) =>
      file(`the name ${JSON.stringify(name)}`, "slip.tar", () => tarOf([{ name, content: "out" }]), {
        warning: OUTSIDE,
      }),
    ),
    ...(["1", "2", "3", "4", "6", "7", "S", "Z"] as const).map((type) =>
      file(`an entry of type ${type}`, "types.tar", () =>
        tarOf([
          { name: "first.txt", content: "x" },
          { name: "odd", type, link: "/etc/passwd" },
          { name: "odd/escaped.txt", content: "through" },
        ]),
      ),
    ),
    file("a size beyond the end", "long.tar", () => tarHeader({ name: "a", size: 5 * GIB })),
    file("a size that is no number", "nan.tar", () =>
      tarOf([{ name: "a", content: "x", rawSize: "zzzzzzzzzzz" }]),
    ),
    file("a negative size", "negative.tar", () =>
      tarOf([{ name: "a", content: "x", rawSize: "\xff".repeat(12) }]),
    ),
    file("a wrong checksum", "sum.tar", () => tarOf([{ name: "a", content: "x", checksum: 7 }])),
    file("an extended header without end", "pax.tar", () =>
      Buffer.concat([tarHeader({ name: "x", type: "x", size: 8 * GIB }), Buffer.alloc(4_096, "9")]),
    ),
    file("an extended header of nonsense", "pax.tar", () =>
      tarOf([
        { name: "x", type: "x", content: "999999 path=../../x\n1 \n-5 size=9\n" },
        { name: "a", content: "b" },
      ]),
    ),
    file("a long name without end", "gnu.tar", () =>
      Buffer.concat([
        tarHeader({ name: "././@LongLink", type: "L", size: 3 * GIB }),
        Buffer.alloc(9_000, "n"),
      ]),
    ),
    file("entries without end", "many.tar", () => {
      const header = tarHeader({ name: "e", size: 0 });
      return Buffer.concat(Array.from({ length: 20_000 }, () => header));
    }),
    file("a tar bomb", "bomb.tar.gz", () => gzipOfZeros(400)),
    file("zeros after the end", "zeros.tar", () =>
      Buffer.concat([tarOf([{ name: "a", content: "b" }]), Buffer.alloc(10 ** 6)]),
    ),
  ];
}

function streams(): HostileFile[] {
  const inLayers = (compress: (bytes: Buffer) => Buffer, layers: number) => {
    let bytes = Buffer.from("core ".repeat(20));
    for (let layer = 0; layer < layers; layer++) bytes = Buffer.from(compress(bytes));
    return bytes;
  };
  return [
    file("a gzip bomb", "bomb.gz", () => gzipOfZeros(400), { warning: BOMB }),
    file("a gzip bomb named like a table", "bomb.csv.gz", () => gzipOfZeros(400)),
    file(
      "a gzip bomb that begins like a table",
      "table.csv.gz",
      () => {
        const start = gzipSync("a,b\n".repeat(40_000));
        return Buffer.concat([start, gzipOfZeros(400)]);
      },
      { failure: "unreadable", because: BOMB },
    ),
    file(
      "a gzip bomb that begins like a text",
      "text.txt.gz",
      () => Buffer.concat([gzipSync("some words\n".repeat(20_000)), gzipOfZeros(400)]),
      { failure: "unreadable", because: BOMB },
    ),
    file("a Zstandard bomb", "bomb.zst", () => zstdCompressSync(Buffer.alloc(300 * 2 ** 20)), {
      warning: BOMB,
    }),
    file("a Zstandard window of 2 GiB", "window.zst", () =>
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0, 0, 0]),
    ),
    file("gzip in gzip in gzip …", "deep.gz", () => inLayers(gzipSync, 20), { analyzer: "archives" }),
    file("Zstandard in layers", "deep.zst", () => inLayers(zstdCompressSync, 20), { analyzer: "archives" }),
    file("a header of gzip alone", "head.gz", () => Buffer.from([0x1f, 0x8b])),
    file("a gzip flag for a name without end", "name.gz", () =>
      Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), Buffer.alloc(100_000, "n")]),
    ),
    file("deflate without gzip", "raw.gz", () => deflateRawSync("hello")),
    file("gzip and then noise", "tail.txt.gz", () =>
      Buffer.concat([gzipSync("good text\n".repeat(30)), Buffer.alloc(500, 7)]),
    ),
  ];
}
