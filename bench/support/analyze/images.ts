import { copyFile, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { DEFAULT_OPTIONS } from "../../../containers/kit/analyze.ts";
import { analyzeFile } from "../../../containers/processor/analyze-file.ts";
import { quantile, type Report } from "../report.ts";

const WIDTH = 6_000;
const HEIGHT = 4_000;
const ROUNDS = 24;
/** The first ones load libraries and are compiled. */
const WARM_UP = 4;

/** A photo of 24 megapixels: all that the analyzer says of it, against sharp making the same two thumbnails. */
export async function compareThumbnails(report: Report, folder: string): Promise<void> {
  const photo = join(folder, "photo.jpg");
  await writePhoto(photo);
  const ours: number[] = [];
  const alone: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await analyzedIn(folder, photo, round));
    alone.push(await thumbnailsAlone(folder, photo));
  }
  const typical = (times: readonly number[]) => quantile(times.slice(WARM_UP), 0.5);
  report.compare(
    "photo of 24 megapixels: described, with two thumbnails",
    1 / typical(ours),
    "photos/s",
    { name: "sharp: two thumbnails", figure: 1 / typical(alone) },
    "more",
    0.9,
  );
}

async function analyzedIn(workFolder: string, path: string, round: number): Promise<number> {
  const folder = join(workFolder, `photo-${round}`);
  await mkdir(folder);
  const object = join(folder, "object");
  await copyFile(path, object);
  const { size: sizeBytes } = await stat(object);
  const limits = { memoryBytes: 1_024 * 2 ** 20, threads: 1, timeoutMs: 60_000 };
  const task = { path: object, workFolder, key: "photo.jpg", sizeBytes, limits, options: DEFAULT_OPTIONS };
  const began = performance.now();
  const { artifacts } = await analyzeFile(task, () => {}, {
    load: () => Promise.resolve(undefined),
    save: () => {},
  });
  const seconds = (performance.now() - began) / 1_000;
  if (artifacts.length !== 2) throw new Error("the analyzer made no thumbnails");
  await rm(folder, { recursive: true });
  return seconds;
}

/** As its documentation makes several sizes of one image. */
async function thumbnailsAlone(folder: string, path: string): Promise<number> {
  const began = performance.now();
  const image = sharp(path).autoOrient();
  await Promise.all(
    [512, 128].map((side) =>
      image
        .clone()
        .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
        .webp()
        .toFile(join(folder, `alone-${side}.webp`)),
    ),
  );
  return (performance.now() - began) / 1_000;
}

/** Waves and grain by rule: what a camera's pictures are like to a decoder. */
async function writePhoto(path: string): Promise<void> {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let at = 0; at < pixels.length; at++) {
    const x = Math.floor(at / 3) % WIDTH;
    const y = Math.floor(at / 3 / WIDTH);
    const grain = (Math.imul(at, 0x9e3779b1) >>> 28) - 8;
    pixels[at] = 128 + 90 * Math.sin(x / 170 + (at % 3)) * Math.cos(y / 230) + grain;
  }
  await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 88 })
    .toFile(path);
}
