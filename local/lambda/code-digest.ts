import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Size and digest of a function's code: of the unpacked files, since there is no archive here. */
export async function codeOf(directory: string): Promise<{ size: number; sha256: string }> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  let size = 0;
  for (const file of files.sort()) {
    const content = await readFile(file);
    size += content.length;
    hash.update(file.slice(directory.length)).update(content);
  }
  return { size, sha256: hash.digest("base64") };
}
