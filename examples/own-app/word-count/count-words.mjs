// Counts the words of one object. Knows nothing of Longshore but the task contract: docs/task-contract.md.
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const { object, result } = JSON.parse(process.env.LONGSHORE_JOB);
const s3 = new S3Client({});

const source = { Bucket: object.bucket, Key: object.key, VersionId: object.versionId };
const { Body } = await s3.send(new GetObjectCommand(source));
let words = 0;
let rest = "";
for await (const text of Body.transformToWebStream().pipeThrough(new TextDecoderStream())) {
  const parts = (rest + text).split(/\s+/);
  rest = parts.pop() ?? "";
  words += parts.filter(Boolean).length;
}
if (rest) words += 1;

await s3.send(
  new PutObjectCommand({
    Bucket: result.bucket,
    Key: result.key,
    Body: JSON.stringify({ facts: { type: "text", words } }),
    ContentType: "application/json",
  }),
);
console.log(`${object.key}: ${words} words`);
