import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import type { Realm } from "../wire/realm.ts";
import type { BucketStore } from "./bucket-store.ts";
import type { ConditionalWrites } from "./conditional-writes.ts";
import type { DataFiles } from "./data-files.ts";
import type { S3ObjectEvent } from "./events.ts";
import type { ObjectStore } from "./object-store.ts";
import type { PartStore } from "./part-store.ts";
import type { UploadStore } from "./upload-store.ts";

/** What every operation works on. */
export interface S3State {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly buckets: BucketStore;
  readonly objects: ObjectStore;
  readonly parts: PartStore;
  readonly uploads: UploadStore;
  readonly files: DataFiles;
  readonly conditionalWrites: ConditionalWrites;
  readonly onEvent: (event: S3ObjectEvent) => void;
  /** The secret of an access key, if it is known; form uploads are verified with it. */
  readonly secretFor: (accessKeyId: string) => string | undefined;
}
