import { type Spooled, spool } from "./spool.ts";
import type { S3State } from "./state.ts";

/** Takes bytes in and hands them to `use`; when that throws, they are removed again. */
export async function withSpooled<Result>(
  s3: S3State,
  chunks: AsyncIterable<Buffer>,
  use: (spooled: Spooled) => Result,
): Promise<Result> {
  const spooled = await spool(chunks, s3.files);
  try {
    return use(spooled);
  } catch (error) {
    if (spooled.file !== null) s3.files.remove([spooled.file]);
    throw error;
  }
}
