import { arn, type Realm } from "../wire/realm.ts";

/**
 * What S3 puts on EventBridge about an object (source `aws.s3`).
 * Source: S3 user guide, "EventBridge event message structure".
 */
export interface S3ObjectEvent {
  readonly detailType: "Object Created" | "Object Deleted" | "Object Tags Added" | "Object Tags Deleted";
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly region: string;
  readonly account: string;
  /** The bucket's ARN. */
  readonly resources: readonly string[];
  readonly detail: S3ObjectEventDetail;
}

export type CreationReason = "PutObject" | "POST Object" | "CopyObject" | "CompleteMultipartUpload";

/** The event's `detail`, member by member as AWS writes it; keys are plain, not URL-encoded. */
export interface S3ObjectEventDetail {
  readonly version: "0";
  readonly bucket: { readonly name: string };
  readonly object: {
    readonly key: string;
    readonly size?: number;
    readonly etag?: string;
    /** Only in buckets that are or were versioned. */
    readonly "version-id"?: string;
    readonly sequencer?: string;
  };
  readonly "request-id": string;
  readonly requester: string;
  readonly "source-ip-address": string;
  readonly reason?: CreationReason | "DeleteObject";
  readonly "deletion-type"?: "Permanently Deleted" | "Delete Marker Created";
}

/** Who and where from, for the event's detail. */
export interface EventOrigin {
  readonly requestId: string;
  readonly sourceIp: string;
}

export function objectEvent(
  realm: Realm,
  time: number,
  origin: EventOrigin,
  detailType: S3ObjectEvent["detailType"],
  bucket: string,
  object: S3ObjectEventDetail["object"],
  why: Pick<S3ObjectEventDetail, "reason" | "deletion-type"> = {},
): S3ObjectEvent {
  return {
    detailType,
    time,
    region: realm.region,
    account: realm.accountId,
    resources: [arn({ ...realm, accountId: "" }, "s3", bucket, "")],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object,
      "request-id": origin.requestId,
      requester: realm.accountId,
      "source-ip-address": origin.sourceIp,
      ...why,
    },
  };
}

/** Sequencers of one key compare as text, so all have one length. */
export function sequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(18, "0");
}
