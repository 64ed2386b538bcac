import type { DatabaseSync } from "node:sqlite";
import { type BucketConfig, type BucketSettings, bucketConfigSchema } from "./bucket-config.ts";
import { noSuchBucket } from "./errors.ts";

export interface Bucket {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly config: BucketConfig;
}

/** Buckets and their configuration. */
export type BucketStore = ReturnType<typeof createBucketStore>;

export function createBucketStore(database: DatabaseSync) {
  const insert = database.prepare("INSERT INTO s3_buckets (name, created, config) VALUES (?, ?, ?)");
  const update = database.prepare("UPDATE s3_buckets SET config = ? WHERE name = ?");
  const select = database.prepare("SELECT name, created, config FROM s3_buckets WHERE name = ?");
  const selectAll = database.prepare("SELECT name, created, config FROM s3_buckets ORDER BY name");
  const remove = database.prepare("DELETE FROM s3_buckets WHERE name = ?");
  const occupied = database.prepare("SELECT 1 FROM s3_versions WHERE bucket = ? LIMIT 1");

  const find = (name: string): Bucket | undefined => {
    const row = select.get(name);
    return row && toBucket(row);
  };
  /** @throws S3Error NoSuchBucket */
  const get = (name: string): Bucket => {
    const bucket = find(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  };
  return {
    find,
    get,
    list: (): Bucket[] => selectAll.all().map(toBucket),
    create: (name: string, created: number, config: BucketConfig): void => {
      insert.run(name, created, JSON.stringify(config));
    },
    configure: (name: string, change: BucketSettings): void => {
      update.run(JSON.stringify(bucketConfigSchema.parse({ ...get(name).config, ...change })), name);
    },
    /** Whether the bucket holds any version, delete markers included. */
    isOccupied: (name: string): boolean => occupied.get(name) !== undefined,
    remove: (name: string): void => {
      remove.run(name);
    },
  };
}

function toBucket(row: Record<string, unknown>): Bucket {
  return {
    name: String(row.name),
    created: Number(row.created),
    config: bucketConfigSchema.parse(JSON.parse(String(row.config))),
  };
}
