import * as z from "zod";
import { eventBridgeEvent } from "./event-bridge.ts";

/**
 * `Object Created`, as S3 puts it on the default bus of a bucket with EventBridge notifications.
 * Keys are plain text here, unlike in native S3 notifications: never decode them.
 * Source: Amazon S3 user guide, "EventBridge event message structure".
 */
export const s3ObjectCreated = eventBridgeEvent.extend({
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  detail: z.looseObject({
    version: z.string(),
    bucket: z.looseObject({ name: z.string().min(3) }),
    object: z.looseObject({
      key: z.string().min(1),
      /** Bytes. */
      size: z.int().nonnegative(),
      etag: z.string(),
      /** Absent in buckets without versioning. */
      "version-id": z.string().optional(),
      /** Hexadecimal text; orders the events of one key, see `compareSequencers`. */
      sequencer: z.string(),
    }),
    reason: z.string(),
  }),
});

export type S3ObjectCreated = z.infer<typeof s3ObjectCreated>;
