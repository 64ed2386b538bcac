import { crc32, deflateSync } from "node:zlib";
import { bands } from "../../containers/support/files/images.ts";
import { file, type HostileFile } from "../hostile-file.ts";
import { deflatedZeros } from "../zeros.ts";
import { laughs } from "./tables.ts";

const TOO_MANY = /pixels/;

export function images(): HostileFile[] {
  return [...rasters(), ...drawings()];
}

interface PngClaims {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly interlaced?: boolean;
  readonly data?: Buffer;
  readonly before?: readonly Buffer[];
}

function png({ width, height, depth = 8, interlaced = false, data, before = [] }: PngClaims): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width >>> 0, 0);
  header.writeUInt32BE(height >>> 0, 4);
  header.set([depth, 2, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...before,
    chunk("IDAT", data ?? deflateSync(Buffer.alloc(1_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** zlib's frame around deflated zeros; the checksum is wrong. */
function zlibZeros(mebibytes: number): Buffer {
  return Buffer.concat([Buffer.from([0x78, 0x9c]), deflatedZeros(mebibytes), Buffer.alloc(4)]);
}

/** Writes 16-bit numbers over a file, at places found by a mark. */
async function claiming(made: Promise<Buffer>, mark: Buffer, offset: number, value: number, little = false) {
  const bytes = await made;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (little) {
      bytes.writeUInt16LE(value, at + offset);
      bytes.writeUInt16LE(value, at + offset + 2);
    } else {
      bytes.writeUInt16BE(value, at + offset);
      bytes.writeUInt16BE(value, at + offset + 2);
    }
  }
  return bytes;
}

function rasters(): HostileFile[] {
  const text = (mebibytes: number) =>
    chunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0", "latin1"), zlibZeros(mebibytes)]));
  const profile = chunk("iCCP", Buffer.concat([Buffer.from("icc\0\0", "latin1"), zlibZeros(100)]));
  return [
    file("a PNG of 60,000 × 60,000", "bomb.png", () => png({ width: 60_000, height: 60_000 }), {
      warning: TOO_MANY,
    }),
    file(
      "a PNG of 60,000 × 60,000, with its pixels",
      "bomb.png",
      () => png({ width: 60_000, height: 60_000, data: zlibZeros(300) }),
      { warning: TOO_MANY },
    ),
    file("a PNG of 2³¹ × 2³¹", "bomb.png", () => png({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 })),
    file("a PNG of 16,000 × 16,000 that is all there", "black.png", () =>
      png({ width: 16_000, height: 16_000, data: zlibZeros(733) }),
    ),
    file(
      "an interlaced PNG of 15,000 × 15,000",
      "lace.png",
      () => png({ width: 15_000, height: 15_000, interlaced: true }),
      { warning: TOO_MANY },
    ),
    file("a PNG without extent", "zero.png", () => png({ width: 0, height: 0 })),
    file("a PNG one pixel wide and very high", "line.png", () => png({ width: 1, height: 2_000_000 })),
    file("a PNG of a depth that there is not", "depth.png", () => png({ width: 10, height: 10, depth: 77 })),
    file("a PNG with a text that is a bomb", "text.png", () =>
      png({ width: 10, height: 10, before: [text(200)] }),
    ),
    file("a PNG with a hundred such texts", "texts.png", () =>
      png({ width: 10, height: 10, before: Array.from({ length: 100 }, () => text(5)) }),
    ),
    file("a PNG with a colour profile that is a bomb", "profile.png", () =>
      png({ width: 10, height: 10, before: [profile] }),
    ),
    file(
      "a JPEG of 65,500 × 65,500",
      "bomb.jpg",
      () => claiming(bands(64, 64).jpeg().toBuffer(), Buffer.from([0xff, 0xc0]), 5, 65_500),
      { warning: TOO_MANY },
    ),
    file(
      "a progressive JPEG of 16,000 × 16,000",
      "slow.jpg",
      () =>
        claiming(bands(64, 64).jpeg({ progressive: true }).toBuffer(), Buffer.from([0xff, 0xc2]), 5, 16_000),
      { warning: TOO_MANY },
    ),
    file("a JPEG of 16,000 × 16,000 with the data of a small one", "short.jpg", () =>
      claiming(bands(64, 64).jpeg().toBuffer(), Buffer.from([0xff, 0xc0]), 5, 16_000),
    ),
    file("a GIF of 65,500 × 65,500", "bomb.gif", () =>
      claiming(bands(64, 64).gif().toBuffer(), Buffer.from("GIF89a"), 6, 65_500, true),
    ),
    file("a GIF of 20,000 frames", "frames.gif", () => gifOf(20_000)),
    file("a WebP that claims 16,383 × 16,383", "bomb.webp", () =>
      claiming(bands(64, 64).webp().toBuffer(), Buffer.from([0x9d, 0x01, 0x2a]), 3, 0x3fff, true),
    ),
    file("a TIFF of 4,000,000 × 4,000,000", "bomb.tif", () => tiff(4_000_000, 4_000_000)),
    file("a TIFF whose pages lead in a circle", "circle.tif", () => tiff(8, 8, { nextPage: 8 })),
    file("a TIFF of 15,000 × 15,000 in one strip", "strip.tif", () => tiff(15_000, 15_000)),
    file("EXIF data of noise", "exif.jpg", async () => {
      const bytes = await bands(64, 64)
        .jpeg()
        .withExif({ IFD0: { Make: "x".repeat(200) } })
        .toBuffer();
      const at = bytes.indexOf("Exif");
      return at < 0 ? bytes : bytes.fill(0xff, at + 10, at + 120);
    }),
    file("EXIF entries that lead in circles", "loop.jpg", async () => {
      const bytes = await bands(64, 64)
        .jpeg()
        .withExif({ IFD0: { Make: "xxxx" } })
        .toBuffer();
      const at = bytes.indexOf("Exif") + 6;
      bytes.writeUInt32LE(8, Math.min(bytes.length - 4, at + 14));
      return bytes;
    }),
    file("a picture that is a script too", "polyglot.gif", () =>
      Buffer.from("GIF89a/*\0\0\0*/=1;alert(1)//"),
    ),
    file("a page named like a picture", "page.png", () => "<!doctype html><script>alert(1)</script>", {
      analyzer: "html",
      warning: /name suggests image\/png/,
    }),
    file(
      "a head of AVIF and no more",
      "head.avif",
      () => Buffer.from("\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "latin1"),
      { failure: "unreadable" },
    ),
  ];
}

function gifOf(frames: number): Buffer {
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
  const head = Buffer.from("GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff", "latin1");
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
}

function tiff(width: number, height: number, { nextPage = 0 } = {}): Buffer {
  const tags: [tag: number, type: number, value: number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 200],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, 64],
  ];
  const bytes = Buffer.alloc(300);
  bytes.write("II*\0", 0, "latin1");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag, type, value], index) => {
    const at = 10 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeUInt32LE(nextPage, 10 + tags.length * 12);
  return bytes;
}

function drawings(): HostileFile[] {
  const svg = (inside: string, attributes = 'width="100" height="100"') =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`;
  const uses = Array.from(
    { length: 30 },
    (_, at) => `<g id="g${at + 1}"><use href="#g${at}"/><use href="#g${at}"/></g>`,
  ).join("");
  return [
    file("a billion laughs", "laugh.svg", () => laughs("svg"), { analyzer: "images" }),
    file(
      "an outside entity",
      "entity.svg",
      () =>
        `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>${svg("<text>&e;</text>")}`,
      { analyzer: "images" },
    ),
    file(
      "a script",
      "script.svg",
      () => svg('<script>alert(1)</script><rect onload="x()" width="9" height="9"/>'),
      { warning: /<script>/ },
    ),
    file(
      "a picture from elsewhere",
      "remote.svg",
      () => svg('<image href="http://169.254.169.254/latest" width="9" height="9"/>'),
      { warning: /href/ },
    ),
    file(
      "a picture from this machine",
      "local.svg",
      () => svg('<image xlink:href="file:///etc/passwd" width="9" height="9"/>'),
      { warning: /href/ },
    ),
    file(
      "a style sheet from elsewhere",
      "style.svg",
      () => svg('<style>@import url("http://x/y.css");</style>'),
      { warning: /style/ },
    ),
    file(
      "another document inside",
      "foreign.svg",
      () => svg("<foreignObject><iframe src='x'/></foreignObject>"),
      { warning: /foreignObject/ },
    ),
    file(
      "uses that double thirty times",
      "uses.svg",
      () => svg(`<rect id="g0" width="1" height="1"/>${uses}<use href="#g30"/>`),
      { analyzer: "images" },
    ),
    file("a use of itself", "self.svg", () => svg('<g id="a"><use href="#a"/></g>'), { analyzer: "images" }),
    file("groups, 100,000 deep", "deep.svg", () => svg("<g>".repeat(100_000)), { failure: "unreadable" }),
    file("1,000,000 × 1,000,000", "huge.svg", () =>
      svg("<rect width='9' height='9'/>", 'width="1000000" height="1000000"'),
    ),
    file("a size of nonsense", "nan.svg", () => svg("", 'width="NaN" height="-5" viewBox="0 0 0 0"'), {
      analyzer: "images",
    }),
    file(
      "a filter that blurs everything",
      "blur.svg",
      () =>
        svg(
          '<filter id="f"><feGaussianBlur stdDeviation="99999"/></filter><rect filter="url(#f)" width="100" height="100"/>',
        ),
      { analyzer: "images" },
    ),
    file(
      "a pattern within itself",
      "pattern.svg",
      () =>
        svg(
          '<pattern id="p" width="1" height="1"><rect fill="url(#p)" width="9" height="9"/></pattern><rect fill="url(#p)" width="99" height="99"/>',
        ),
      { analyzer: "images" },
    ),
    file(
      "a path of 200,000 points",
      "path.svg",
      () => svg(`<path d="M0 0${" L9 9 L0 9".repeat(100_000)}"/>`),
      { analyzer: "images" },
    ),
    file(
      "a drawing that never closes",
      "open.svg",
      () => '<svg xmlns="http://www.w3.org/2000/svg"><g><text x="1',
    ),
  ];
}
