import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { type BucketConfig, type BucketSettings, bucketConfigSchema } from "./bucket-config.ts";
import { checkBucketName } from "./bucket-name.ts";
import { createBucketStore } from "./bucket-store.ts";
import { ConditionalWrites } from "./conditional-writes.ts";
import { createDataFiles } from "./data-files.ts";
import type { S3ObjectEvent } from "./events.ts";
import { handleRequest } from "./handle.ts";
import { createObjectStore } from "./object-store.ts";
import { removeBucket } from "./operations/buckets.ts";
import { createPartStore } from "./part-store.ts";
import { createTables } from "./schema.ts";
import type { S3State } from "./state.ts";
import { createUploadStore } from "./upload-store.ts";

export interface S3Options {
  readonly realm: Realm;
  /** Holds metadata and small objects. */
  readonly database: DatabaseSync;
  /** Holds the bytes of larger objects, in its sub-directory `objects`. */
  readonly directory: string;
  readonly clock: Clock;
  /**
   * Called inside the transaction that makes a change visible, so it must be synchronous, and what it writes
   * to the database is kept or lost with the change. Only for buckets that send their events to EventBridge.
   */
  readonly onEvent: (event: S3ObjectEvent) => void;
  /** @default nothing is logged */
  readonly log?: (line: string) => void;
  /**
   * The secret of an access key, by which the signatures of form uploads are checked.
   * @default no secret is known, and signatures of forms are taken as they are
   */
  readonly secretFor?: (accessKeyId: string) => string | undefined;
}

/** Amazon S3 on this machine. */
export interface S3Service extends GatewayService {
  /** Creates a bucket, or configures it when it exists; for the template's player. */
  createBucket(name: string, config?: BucketSettings): void;
  /** Changes the given settings of a bucket and keeps the others. @throws S3Error NoSuchBucket */
  configureBucket(name: string, change: BucketSettings): void;
  /** Deletes a bucket that is there. @throws S3Error BucketNotEmpty */
  removeBucket(name: string): void;
  /** A bucket's configuration (its policy, for one), or undefined when there is no such bucket. */
  bucketConfig(name: string): BucketConfig | undefined;
  /** Ends the service; requests under way fail as their connections close. */
  close(): void;
}

export function createS3(options: S3Options): S3Service {
  const log = options.log ?? (() => undefined);
  createTables(options.database);
  const state: S3State = {
    realm: options.realm,
    database: options.database,
    clock: options.clock,
    buckets: createBucketStore(options.database),
    objects: createObjectStore(options.database),
    parts: createPartStore(options.database),
    uploads: createUploadStore(options.database),
    files: createDataFiles(join(options.directory, "objects"), log),
    conditionalWrites: new ConditionalWrites(),
    onEvent: options.onEvent,
    secretFor: options.secretFor ?? (() => undefined),
  };
  const swept = state.files.sweep(state.parts.files());
  if (swept > 0) log(`s3: removed ${swept} unfinished data files of an earlier run`);
  let closed = false;
  return {
    signingNames: ["s3"],
    async handle(request, response, context) {
      if (closed) throw new AwsError("ServiceUnavailable", "The runtime is stopping", { statusCode: 503 });
      await handleRequest(state, log, request, response, context);
    },
    createBucket(name, config = {}) {
      checkBucketName(name);
      if (state.buckets.find(name)) state.buckets.configure(name, config);
      else state.buckets.create(name, state.clock.now(), bucketConfigSchema.parse(config));
    },
    configureBucket: (name, change) => state.buckets.configure(name, change),
    removeBucket(name) {
      if (state.buckets.find(name)) removeBucket(state, name);
    },
    bucketConfig: (name) => state.buckets.find(name)?.config,
    close() {
      closed = true;
    },
  };
}
