import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type IAudioMetadata, type ITrackInfo, parseFile } from "music-metadata";
import type { MediaContent } from "../../../../events/results/media.ts";
import type { FileToAnalyze, Findings } from "../analyzer.ts";
import { movieDuration } from "./movie-duration.ts";

/** Without a length in its header, a file as small as this is read to its end for it. */
const COUNTED_BYTES = 64 * 2 ** 20;
/** Of music-metadata 12.1: said of every WAV file whose samples come last, and of parts with nothing to tell. */
const FALSE_ALARM = /^Data chunk size exceeds file size$|^Ignore chunk: /;
const LONGEST_MS = 60_000;
const LONGEST = 200;
const MOST_STREAMS = 50;

/** Covers included; every frame of a larger one would be kept. */
const LARGEST_TAG = 16 * 2 ** 20;

type Streams = MediaContent["streams"];

export async function describeMedia(file: FileToAnalyze): Promise<Findings<MediaContent>> {
  const { type } = file;
  const read = await headersOf(file);
  if (!read.metadata) {
    return {
      facts: { type: type.label },
      warnings: [read.warning],
      content: { container: type.format, streams: [], tags: {} },
    };
  }
  const { format, common, quality } = read.metadata;
  const durationSeconds = positive(format.duration) ?? (await movieDuration(file.path));
  const streams = streamsOf(format);
  const warnings = quality.warnings
    .map(({ message }) => message.slice(0, LONGEST))
    .filter((message) => !FALSE_ALARM.test(message))
    .slice(0, 5);
  if (streams.length === 0) warnings.push("Its headers name no streams");
  return {
    facts: {
      type: labelOf(type.label, streams),
      ...(durationSeconds !== undefined && { durationSeconds: Math.round(durationSeconds * 10) / 10 }),
    },
    warnings,
    content: {
      container: format.container ?? type.format,
      ...(durationSeconds !== undefined && { durationSeconds }),
      streams,
      ...(format.lossless !== undefined && { lossless: format.lossless }),
      tags: tagsOf(common),
    },
  };
}

/** Containers of films hold sound alone as well, and no mark says so. */
function labelOf(label: string, streams: Streams): string {
  const soundAlone = streams.length > 0 && streams.every(({ kind }) => kind === "audio");
  return soundAlone ? label.replace(/ video$/, " audio") : label;
}

type Read =
  | { readonly metadata: IAudioMetadata }
  | { readonly metadata?: undefined; readonly warning: string };

/** What is wrong with the file is a warning: its kind is known all the same. */
async function headersOf({ path, sizeBytes }: FileToAnalyze): Promise<Read> {
  const tag = await id3Bytes(path);
  if (tag > LARGEST_TAG) return { warning: `Its ID3 tag claims ${tag} bytes, more than are read` };
  const parsed = parseFile(path, { duration: sizeBytes <= COUNTED_BYTES, skipCovers: true });
  const timer = new AbortController();
  const late = pause(LONGEST_MS, undefined, { signal: timer.signal }).then(
    () => undefined,
    () => undefined,
  );
  try {
    const metadata = await Promise.race([parsed, late]);
    return metadata ? { metadata } : { warning: "Its headers could not be read in time" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      warning: `Its headers cannot be read: ${message.replaceAll(path, "the file").slice(0, LONGEST)}`,
    };
  } finally {
    timer.abort();
  }
}

/** What the tag before the sound claims, in four times seven bits. Source: ID3v2, "ID3v2 header". */
async function id3Bytes(path: string): Promise<number> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(10), 0, 10, 0);
  if (bytesRead < 10 || buffer.toString("latin1", 0, 3) !== "ID3") return 0;
  return buffer.subarray(6).reduce((size, byte) => size * 128 + (byte & 127), 0);
}

/** Containers of one stream have no list of them. */
function streamsOf(format: IAudioMetadata["format"]): Streams {
  const tracks = (format.trackInfo ?? [])
    .slice(0, MOST_STREAMS)
    .map(streamOf)
    .filter((stream) => Object.keys(stream).length > 1);
  if (tracks.length > 0) return tracks;
  const found = {
    ...(format.codec !== undefined && { codec: format.codec.slice(0, LONGEST) }),
    ...numbers({
      sampleRate: format.sampleRate,
      channels: format.numberOfChannels,
      bitsPerSample: format.bitsPerSample,
      bitrate: format.bitrate,
    }),
  };
  return Object.keys(found).length > 0 ? [{ kind: "audio", ...found }] : [];
}

/** Matroska's numbers of kinds of track; of MP4, what there is says it. */
const KINDS: Readonly<Record<number, Streams[number]["kind"]>> = { 1: "video", 2: "audio", 17: "subtitle" };

function streamOf({ type, codecName, language, audio, video }: ITrackInfo): Streams[number] {
  const kind = KINDS[Number(type)] ?? (video ? "video" : audio ? "audio" : "other");
  return {
    kind,
    ...(codecName !== undefined && {
      codec: String(codecName)
        .replace(/^<(.*)>$/, "$1")
        .slice(0, LONGEST),
    }),
    ...(language !== undefined && { language: String(language).slice(0, 40) }),
    ...numbers({
      sampleRate: audio?.samplingFrequency,
      channels: audio?.channels,
      bitsPerSample: audio?.bitDepth,
      width: video?.pixelWidth,
      height: video?.pixelHeight,
    }),
  };
}

function tagsOf(common: IAudioMetadata["common"]): MediaContent["tags"] {
  const { title, artist, album, year, genre, track } = common;
  const tags: Record<string, unknown> = { title, artist, album, year, genre: genre?.[0], track: track.no };
  return Object.fromEntries(
    Object.entries(tags).flatMap(([name, value]): [string, string | number][] => {
      if (typeof value === "string") return [[name, value.slice(0, LONGEST)]];
      return typeof value === "number" && Number.isFinite(value) ? [[name, value]] : [];
    }),
  );
}

function numbers<Name extends string>(
  found: Record<Name, number | undefined>,
): Partial<Record<Name, number>> {
  return Object.fromEntries(
    Object.entries<number | undefined>(found).filter(([, value]) => positive(value) !== undefined),
  ) as Partial<Record<Name, number>>;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}
