import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sharp, SharpOptions } from "sharp";
import type { ImageContent } from "../../../../events/results/images.ts";
import type { AnalysisLimits, Artifact, OnProgress } from "../../../kit/analyze.ts";
import { JobError } from "../../../kit/job-error.ts";
import type { FileToAnalyze, Findings } from "../analyzer.ts";
import { readExifOf } from "./exif.ts";
import { tooManyPixels } from "./image-limits.ts";
import { type Metadata, openImage } from "./open-image.ts";
import { readSvg, type SanitizedSvg } from "./svg.ts";
import { lookOf, type SmallPicture, THUMBNAIL_SIZES, writeThumbnails } from "./thumbnails.ts";

const LONGEST_DECODE_SECONDS = 120;

/** Describes an image, and makes its thumbnails unless it is an entry of an archive. */
export async function describeImage(
  file: FileToAnalyze,
  limits: AnalysisLimits,
  progress: OnProgress,
): Promise<Findings<ImageContent>> {
  const svg = file.type.format === "svg" ? await readSvg(file) : undefined;
  const open = (options?: SharpOptions) => openImage(svg?.source ?? file.path, limits.threads, options);
  progress(10, "reading the image's header");
  const warnings = [...(svg?.warnings ?? [])];
  const metadata = await headerOf(open, file, warnings);
  const exif = readExifOf(metadata.exif, file.options.imageLocation);
  warnings.push(...exif.warnings);

  const artifacts = svg && !file.nesting ? [await writeSanitized(svg, file.folder)] : [];
  const refusal = svg?.multiplies
    ? "Its elements draw each other more often than is reasonable: it has no thumbnails"
    : tooManyPixels(metadata, limits.memoryBytes);
  let look = {};
  if (refusal !== undefined) warnings.push(refusal);
  else if (metadata !== NOTHING_DRAWN) {
    progress(30, "decoding the image");
    const picture = await decode(open, file, limits, warnings);
    if (picture) {
      progress(70, "making thumbnails");
      const thumbnails = file.nesting ? [] : writeThumbnails(picture, file.folder);
      const [found, written] = await Promise.all([lookOf(picture), thumbnails]);
      look = found;
      artifacts.push(...written);
    }
  }
  const { width, height } = metadata.autoOrient ?? metadata;
  return {
    facts: { type: file.type.label, width, height },
    warnings,
    artifacts,
    content: {
      ...describedBy(metadata),
      width,
      height,
      ...(exif.exif && { exif: exif.exif }),
      hasLocation: exif.hasLocation,
      ...(exif.location && { location: exif.location }),
      ...look,
      ...(svg && svg.removed.length > 0 && { removed: [...svg.removed] }),
    },
  };
}

type Open = (options?: SharpOptions) => Sharp;

/** A drawing without an extent is one all the same; what nobody can open as an image is none. */
async function headerOf(open: Open, { type, path }: FileToAnalyze, warnings: string[]): Promise<Header> {
  try {
    return await open().metadata();
  } catch (error) {
    if (type.format !== "svg") {
      const message = `It cannot be read as ${type.label}: ${reasonOf(error, path)}`;
      throw new JobError("unreadable", message, { cause: error });
    }
    warnings.push(`The drawing cannot be drawn: ${reasonOf(error, path)}`);
    return NOTHING_DRAWN;
  }
}

/** The part of libvips' metadata that is used here. */
type Header = Omit<Metadata, "autoOrient"> & Partial<Pick<Metadata, "autoOrient">>;

const NOTHING_DRAWN: Header = {
  chromaSubsampling: "",
  format: "svg",
  width: 0,
  height: 0,
  space: "srgb",
  channels: 4,
  depth: "uchar",
  hasAlpha: true,
  hasProfile: false,
  isProgressive: false,
  isPalette: false,
};

/** Once more, taking what there is, when the image is damaged. */
async function decode(
  open: Open,
  { path }: FileToAnalyze,
  limits: AnalysisLimits,
  warnings: string[],
): Promise<SmallPicture | undefined> {
  try {
    return await decodeAs(open({ failOn: "warning" }), limits);
  } catch (error) {
    const reason = reasonOf(error, path);
    try {
      const picture = await decodeAs(open({ failOn: "none" }), limits);
      warnings.push(`The image is damaged or cut off (${reason}); what can be seen of it is shown`);
      return picture;
    } catch {
      warnings.push(`The image cannot be decoded: ${reason}`);
      return undefined;
    }
  }
}

async function decodeAs(image: Sharp, { timeoutMs }: AnalysisLimits): Promise<SmallPicture> {
  const seconds = Math.max(1, Math.min(LONGEST_DECODE_SECONDS, Math.floor(timeoutMs / 2_000)));
  const { data, info } = await image
    .timeout({ seconds })
    .autoOrient()
    .resize({
      width: THUMBNAIL_SIZES.large,
      height: THUMBNAIL_SIZES.large,
      fit: "inside",
      withoutEnlargement: true,
    })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, info: { width: info.width, height: info.height, channels: info.channels as 1 | 2 | 3 | 4 } };
}

async function writeSanitized({ source }: SanitizedSvg, folder: string): Promise<Artifact> {
  await writeFile(join(folder, "sanitized.svg"), source);
  return { name: "sanitized.svg", contentType: "image/svg+xml" };
}

function describedBy(metadata: Header) {
  const { space, channels, depth, hasAlpha, hasProfile, density, isProgressive, pages, orientation } =
    metadata;
  return {
    colourSpace: String(space),
    channels,
    depth: String(depth),
    hasAlpha,
    hasColourProfile: hasProfile,
    ...(density !== undefined && { density }),
    ...(isProgressive !== undefined && { progressive: isProgressive }),
    ...(pages !== undefined && pages > 1 && { frames: pages }),
    ...(orientation !== undefined && { orientation }),
  };
}

/** One line of what libvips says, which is often several, and names the file. */
function reasonOf(error: unknown, path: string): string {
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(path, "the file");
  return (message.split("\n").find((line) => line.trim() !== "") ?? "unknown").slice(0, 200);
}
