import readExif from "exif-reader";
import type { ImageContent } from "../../../../events/results/images.ts";

type Exif = NonNullable<ImageContent["exif"]>;

const LONGEST = 200;
const IMAGE_TAGS = [
  "Make",
  "Model",
  "Software",
  "DateTime",
  "Artist",
  "Copyright",
  "ImageDescription",
] as const;
const PHOTO_TAGS = [
  "DateTimeOriginal",
  "OffsetTimeOriginal",
  "ExposureTime",
  "FNumber",
  "ISOSpeedRatings",
  "FocalLength",
  "FocalLengthIn35mmFilm",
  "Flash",
  "LensMake",
  "LensModel",
] as const;

export interface ExifFindings {
  readonly exif?: Exif;
  readonly hasLocation: boolean;
  readonly location?: NonNullable<ImageContent["location"]>;
  readonly warnings: readonly string[];
}

/** What a camera wrote beside the picture. Serial numbers and owners' names are left out. */
export function readExifOf(bytes: Buffer | undefined, wantsLocation: boolean): ExifFindings {
  if (!bytes) return { hasLocation: false, warnings: [] };
  try {
    const { Image, Photo, GPSInfo } = readExif(bytes);
    const exif = { ...some(Image, IMAGE_TAGS), ...some(Photo, PHOTO_TAGS) };
    const location = locationOf(GPSInfo);
    return {
      ...(Object.keys(exif).length > 0 && { exif }),
      hasLocation: location !== undefined,
      ...(wantsLocation && location && { location }),
      warnings: [],
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { hasLocation: false, warnings: [`Its EXIF data cannot be read: ${message.slice(0, LONGEST)}`] };
  }
}

type Tags = Readonly<Record<string, unknown>> | undefined;

function some(tags: Tags, names: readonly string[]): Exif {
  const found: Exif = {};
  for (const name of names) {
    const value = tags?.[name];
    if (typeof value === "number" && Number.isFinite(value)) found[name] = value;
    if (typeof value === "string") {
      const text = value.replaceAll("\0", "").trim().slice(0, LONGEST);
      if (text !== "") found[name] = text;
    }
    // Cameras write the time of their own clock, and its offset from UTC elsewhere or not at all.
    if (value instanceof Date && !Number.isNaN(value.getTime()))
      found[name] = value.toISOString().slice(0, 19);
  }
  return found;
}

function locationOf(gps: Tags): ExifFindings["location"] {
  const latitude = degrees(gps?.GPSLatitude, gps?.GPSLatitudeRef === "S");
  const longitude = degrees(gps?.GPSLongitude, gps?.GPSLongitudeRef === "W");
  if (latitude === undefined || longitude === undefined) return undefined;
  const altitude = gps?.GPSAltitude;
  return {
    latitude,
    longitude,
    ...(typeof altitude === "number" && Number.isFinite(altitude) && { altitude }),
  };
}

/** From degrees, minutes and seconds. */
function degrees(value: unknown, negative: boolean): number | undefined {
  if (!Array.isArray(value)) return undefined;
  const [whole = Number.NaN, minutes = 0, seconds = 0] = value.map(Number);
  const sum = whole + minutes / 60 + seconds / 3_600;
  if (!Number.isFinite(sum)) return undefined;
  return Math.round((negative ? -sum : sum) * 1e6) / 1e6;
}
