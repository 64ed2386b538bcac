import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { SavedStates } from "./saved-states.ts";

/** Every state is a request that costs money. */
const BETWEEN_WRITES_MS = 1_000;

/** States as objects. @param prefix ends with a slash; nothing else lies below it */
export function bucketStates(s3: S3Client, bucket: string, prefix: string): SavedStates {
  const at = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
  // An attempt leaves one object, so that a job's fit into a page.
  const list = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    return Contents.map(({ Key = "", LastModified }) => ({
      name: Key.slice(prefix.length),
      savedAt: LastModified?.getTime() ?? 0,
    }));
  };
  return {
    betweenWritesMs: BETWEEN_WRITES_MS,
    list,
    async read(name) {
      const { Body } = await s3.send(new GetObjectCommand(at(name)));
      return (await Body?.transformToString()) ?? "";
    },
    async write(name, text) {
      await s3.send(new PutObjectCommand({ ...at(name), Body: text, ContentType: "application/json" }));
    },
    async removeAll() {
      for (const { name } of await list()) await s3.send(new DeleteObjectCommand(at(name)));
    },
  };
}
