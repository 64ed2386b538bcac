import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { sanitizeSvg } from "../../../containers/processor/analyzers/images/svg.ts";
import { analyze, analyzeInto } from "../support/analyze.ts";
import { bands } from "../support/files/images.ts";

const WITH_PLACE = {
  IFD0: { Make: "Lighthouse", Model: "L1" },
  IFD3: {
    GPSLatitudeRef: "S",
    GPSLatitude: "33/1 30/1 3600/100",
    GPSLongitudeRef: "E",
    GPSLongitude: "151/1 0/1 0/1",
  },
};

test.each([
  ["photo.jpg", () => bands().jpeg(), "JPEG image"],
  ["drawing.png", () => bands().png(), "PNG image"],
  ["photo.webp", () => bands().webp({ quality: 95 }), "WebP image"],
  ["photo.avif", () => bands().avif({ effort: 0 }), "AVIF image"],
  ["moving.gif", () => bands().gif(), "GIF image"],
  ["scan.tiff", () => bands().tiff(), "TIFF image"],
])("%s is described by size, colour space and colours", async (key, image, type) => {
  const { facts, content, warnings, analyzer } = await analyze(key, await image().toBuffer());
  expect(analyzer.name).toBe("images");
  expect(facts).toEqual({ type, width: 300, height: 200 });
  expect(warnings).toEqual([]);
  expect(content).toMatchObject({ colourSpace: "srgb", depth: "uchar", hasLocation: false });
  const [first, second] = content.dominantColours as { colour: string; share: number }[];
  expect(first?.colour).toMatch(/^#c[5-9a-f]1[a-f]1[a-f]$/);
  expect(first?.share).toBeCloseTo(0.55, 1);
  expect(second?.colour).toMatch(/^#[12].[12].c.$/);
});

test("two thumbnails in WebP keep the proportions, and the larger side's limit", async () => {
  const { files, analysis } = await analyzeInto("large.png", await bands(2_000, 1_000).png().toBuffer());
  expect(analysis.artifacts).toEqual([
    { name: "thumbnail-large.webp", contentType: "image/webp" },
    { name: "thumbnail-small.webp", contentType: "image/webp" },
  ]);
  const sizes = [];
  for (const { name } of analysis.artifacts) {
    const { format, width, height } = await sharp(files.get(name)).metadata();
    sizes.push([format, width, height]);
  }
  expect(sizes).toEqual([
    ["webp", 512, 256],
    ["webp", 128, 64],
  ]);
});

test("a picture is turned as its camera was held", async () => {
  const turned = await bands(300, 200).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const { facts, content } = await analyze("turned.jpg", turned);
  expect(facts).toMatchObject({ width: 200, height: 300 });
  expect(content.orientation).toBe(6);
});

describe("EXIF", () => {
  const photo = () => bands().jpeg().withExif(WITH_PLACE).toBuffer();

  test("the place is not told, only that it is there", async () => {
    const { content } = await analyze("a.jpg", await photo());
    expect(content).toMatchObject({ exif: { Make: "Lighthouse", Model: "L1" }, hasLocation: true });
    expect(content).not.toHaveProperty("location");
    expect(JSON.stringify(content)).not.toMatch(/GPS|-33\.5/);
  });

  test("the place is told where the deployment asks for it", async () => {
    const { content } = await analyze("a.jpg", await photo(), 512, { imageLocation: true });
    expect(content.location).toEqual({ latitude: -33.51, longitude: 151 });
  });

  test("times are those of the camera's clock, in no zone", async () => {
    const picture = await bands()
      .jpeg()
      .withExif({ IFD2: { DateTimeOriginal: "2026:07:01 12:30:00" } })
      .toBuffer();
    const { content } = await analyze("a.jpg", picture);
    expect(content.exif).toMatchObject({ DateTimeOriginal: "2026-07-01T12:30:00" });
  });

  test("thumbnails say nothing of it", async () => {
    const { files } = await analyzeInto("a.jpg", await photo());
    const { exif } = await sharp(files.get("thumbnail-large.webp")).metadata();
    expect(exif).toBeUndefined();
  });
});

test("images that look alike have hashes that are alike; others have not", async () => {
  const hash = async (image: Buffer) =>
    BigInt(`0x${(await analyze("a.png", image)).content.perceptualHash as string}`);
  const picture = (turn: number) => {
    const raw = Buffer.from(
      Array.from({ length: 120 * 90 }, (_, at) => {
        const [x, y] = [at % 120, Math.floor(at / 120)];
        return 128 + 100 * Math.sin((turn ? y : x) / 9) * Math.cos((x + turn * y * y) / 30);
      }),
    );
    return sharp(raw, { raw: { width: 120, height: 90, channels: 1 } });
  };
  const original = await hash(await picture(0).png().toBuffer());
  const smaller = await hash(await picture(0).resize(80).jpeg({ quality: 60 }).toBuffer());
  const other = await hash(await picture(1).png().toBuffer());
  const distance = (a: bigint, b: bigint) => [...(a ^ b).toString(2)].filter((bit) => bit === "1").length;
  expect(distance(original, smaller)).toBeLessThanOrEqual(6);
  expect(distance(original, other)).toBeGreaterThan(15);
});

test("an image that is cut off is shown as far as it goes, with a warning", async () => {
  const whole = await bands(800, 600).jpeg().toBuffer();
  const { warnings, artifacts } = await analyze("cut.jpg", whole.subarray(0, whole.length * 0.7));
  expect(warnings).toEqual([expect.stringMatching(/^The image is damaged or cut off/)]);
  expect(artifacts).toHaveLength(2);
});

test("an animation is counted, and shown by its first frame", async () => {
  const frames = await Promise.all(
    [0, 1, 2].map((turns) =>
      bands(40, 40)
        .rotate(90 * turns)
        .png()
        .toBuffer(),
    ),
  );
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  expect((await analyze("a.gif", gif)).content).toMatchObject({ width: 40, height: 40, frames: 3 });
});

describe("SVG", () => {
  const svg = (inside: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">${inside}</svg>`;
  const clean = (inside: string) => String(sanitizeSvg(svg(inside)).source);

  test("the sanitized copy is an artifact, and what was taken out is told", async () => {
    const drawing = svg('<rect width="40" height="20" fill="red"/><script>steal()</script>');
    const { files, analysis } = await analyzeInto("a.svg", drawing);
    expect(analysis.warnings).toEqual(["Taken out for the sanitized copy: <script> (1)"]);
    expect(analysis.content).toMatchObject({
      width: 40,
      height: 20,
      removed: [{ what: "<script>", count: 1 }],
    });
    expect(analysis.content.dominantColours).toEqual([{ colour: "#ff0000", share: 1 }]);
    expect(String(files.get("sanitized.svg"))).toBe(
      svg('<rect width="40" height="20" fill="red"></rect>').replace(
        ' xmlns="http://www.w3.org/2000/svg"',
        ' xmlns="http://www.w3.org/2000/svg"',
      ),
    );
  });

  test.each([
    ["<script>x</script>"],
    ["<SCRIPT>x</SCRIPT>"],
    ["<foreignObject><body onload='x'/></foreignObject>"],
    ["<a href='javascript:x'><text>t</text></a>"],
    ["<rect onclick='x' ONLOAD='x' width='1'/>"],
    ["<image href='https://x/y.png'/>"],
    ["<image xlink:href='file:///etc/passwd'/>"],
    ["<image href='data:text/html;base64,xx'/>"],
    ["<use href='other.svg#x'/>"],
    ["<rect fill='url(https://x)'/>"],
    ["<rect style='background:url(\"//x\")'/>"],
    ["<rect style='fill:u\\72l(//x)'/>"],
    ["<style>@import 'https://x';</style>"],
    ["<style>rect{fill:url(https://x)}</style>"],
    ["<animate attributeName='href' to='javascript:x'/>"],
    ["<set attributeName='onload' to='x'/>"],
    ["<?xml-stylesheet href='https://x'?>"],
    ["<iframe src='x'/><embed src='x'/><object data='x'/>"],
  ])("%s leaves nothing that runs or loads", (inside) => {
    expect(clean(inside)).not.toMatch(
      /script|on(click|load)|https?:\/\/x|file:|javascript|other\.svg|text\/html|\/\/x|\\72|animate|<set|stylesheet|iframe|embed|object|steal/i,
    );
  });

  test.each([
    ['<g transform="scale(2)"><path d="M0 0 L9 9"></path></g>'],
    [
      '<linearGradient id="g"><stop offset="0" stop-color="#fff"></stop></linearGradient><rect fill="url(#g)"></rect>',
    ],
    ['<use href="#g"></use>'],
    ["<style>.a{fill:url(#g)}</style>"],
    ["<text>1 &lt; 2 &amp; 3</text>"],
    ['<image href="data:image/png;base64,AAAA"></image>'],
  ])("%s stays as it is", (inside) => {
    expect(clean(inside)).toBe(svg(inside));
  });
});
