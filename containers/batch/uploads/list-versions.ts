import {
  ListObjectVersionsCommand,
  type ListObjectVersionsOutput,
  type ObjectVersion,
  type S3Client,
} from "@aws-sdk/client-s3";

/** Where a listing goes on. */
export interface ListingPosition {
  readonly keyMarker?: string | undefined;
  readonly versionIdMarker?: string | undefined;
}

export interface VersionsPage {
  readonly versions: readonly ObjectVersion[];
  /** Absent after the last page. */
  readonly next?: ListingPosition;
}

/** Lists object versions, 1,000 a page, which is what one request costs. */
export async function* listVersions(
  s3: S3Client,
  bucket: string,
  { prefix, from = {} }: { readonly prefix?: string; readonly from?: ListingPosition },
): AsyncGenerator<VersionsPage> {
  let position: ListingPosition | undefined = from;
  do {
    const page: ListObjectVersionsOutput = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        MaxKeys: 1_000,
        ...(prefix === undefined ? {} : { Prefix: prefix }),
        ...(position?.keyMarker === undefined ? {} : { KeyMarker: position.keyMarker }),
        ...(position?.versionIdMarker === undefined ? {} : { VersionIdMarker: position.versionIdMarker }),
      }),
    );
    position = page.IsTruncated
      ? { keyMarker: page.NextKeyMarker, versionIdMarker: page.NextVersionIdMarker }
      : undefined;
    yield { versions: page.Versions ?? [], ...(position ? { next: position } : {}) };
  } while (position);
}
