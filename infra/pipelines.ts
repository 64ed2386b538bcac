import type { Pipeline } from "../events/pipeline.ts";
import { GENERIC_PIPELINE } from "../events/routing.ts";
import { checkPipelines } from "./check-pipelines.ts";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/**
 * What happens to an uploaded object, by its key and size. This is the file to edit: rules, queues' consumers,
 * task sizes and the local run follow from it.
 */
const PIPELINES: readonly Pipeline[] = [
  {
    name: "tables",
    prefix: "",
    suffixes: [
      ...[".csv", ".tsv", ".ndjson", ".jsonl", ".json", ".parquet", ".xlsx"],
      ...[".csv.gz", ".tsv.gz", ".ndjson.gz", ".json.gz", ".csv.zst", ".ndjson.zst"],
    ],
    dedicatedAboveBytes: 4 * MiB,
    sizes: [
      { upToBytes: 256 * MiB, size: { cpu: 1024, memoryMiB: 2048 } },
      { upToBytes: 4 * GiB, size: { cpu: 2048, memoryMiB: 4096, ephemeralStorageGiB: 40 } },
      { size: { cpu: 4096, memoryMiB: 8192, ephemeralStorageGiB: 200 } },
    ],
    memoryCeilingMiB: 30_720,
    capacity: ["FARGATE_SPOT", "FARGATE"],
    maxAttempts: 3,
    timeoutSeconds: 3600,
  },
  {
    name: "images",
    prefix: "",
    suffixes: [".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".tif", ".tiff", ".svg"],
    dedicatedAboveBytes: 32 * MiB,
    sizes: [
      { upToBytes: 256 * MiB, size: { cpu: 1024, memoryMiB: 2048 } },
      { size: { cpu: 2048, memoryMiB: 8192 } },
    ],
    memoryCeilingMiB: 16_384,
    capacity: ["FARGATE_SPOT", "FARGATE"],
    maxAttempts: 3,
    timeoutSeconds: 900,
  },
  {
    name: "documents",
    prefix: "",
    suffixes: [".pdf", ".html", ".htm", ".md", ".txt"],
    dedicatedAboveBytes: 32 * MiB,
    sizes: [
      { upToBytes: GiB, size: { cpu: 1024, memoryMiB: 2048 } },
      { size: { cpu: 1024, memoryMiB: 4096, ephemeralStorageGiB: 40 } },
    ],
    memoryCeilingMiB: 8192,
    capacity: ["FARGATE_SPOT", "FARGATE"],
    maxAttempts: 3,
    timeoutSeconds: 900,
  },
  {
    name: "archives",
    prefix: "",
    suffixes: [".zip", ".tar", ".tgz", ".tar.gz", ".tar.zst"],
    dedicatedAboveBytes: 16 * MiB,
    sizes: [
      { upToBytes: GiB, size: { cpu: 1024, memoryMiB: 2048, ephemeralStorageGiB: 40 } },
      { size: { cpu: 2048, memoryMiB: 4096, ephemeralStorageGiB: 100 } },
    ],
    memoryCeilingMiB: 16_384,
    capacity: ["FARGATE_SPOT", "FARGATE"],
    maxAttempts: 3,
    timeoutSeconds: 3600,
  },
  {
    // Headers alone are read, at the pace of the download.
    name: "media",
    prefix: "",
    suffixes: [".mp3", ".wav", ".flac", ".ogg", ".mp4", ".mov", ".webm", ".mkv"],
    dedicatedAboveBytes: 256 * MiB,
    sizes: [
      { upToBytes: 8 * GiB, size: { cpu: 512, memoryMiB: 1024, ephemeralStorageGiB: 30 } },
      { size: { cpu: 512, memoryMiB: 1024, ephemeralStorageGiB: 100 } },
    ],
    memoryCeilingMiB: 4096,
    capacity: ["FARGATE_SPOT", "FARGATE"],
    maxAttempts: 3,
    timeoutSeconds: 3600,
  },
  {
    name: GENERIC_PIPELINE,
    prefix: "",
    suffixes: [],
    dedicatedAboveBytes: 64 * MiB,
    sizes: [
      { upToBytes: 8 * GiB, size: { cpu: 512, memoryMiB: 1024, ephemeralStorageGiB: 30 } },
      { size: { cpu: 1024, memoryMiB: 2048, ephemeralStorageGiB: 200 } },
    ],
    memoryCeilingMiB: 8192,
    capacity: ["FARGATE_SPOT", "FARGATE"],
    maxAttempts: 3,
    timeoutSeconds: 3600,
  },
];

export const pipelines = checkPipelines(PIPELINES);
