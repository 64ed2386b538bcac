import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** What the synthesized template follows from. */
const SOURCES = [
  "cdk.json",
  "cdk.context.json",
  "package-lock.json",
  "infra",
  "functions",
  "events",
  "containers",
];

/** What synthesis itself makes: the console's pages. */
const BUILT = /[\\/]console[\\/]web[\\/]dist[\\/]/;

/** SHA-256 over names and contents of everything that synthesis reads, in a fixed order. */
export async function sourceHash(projectRoot: string, extra: string): Promise<string> {
  const files = (await Promise.all(SOURCES.map((source) => filesUnder(join(projectRoot, source)))))
    .flat()
    .sort();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash("sha256").update(extra);
  for (const [index, file] of files.entries()) {
    const content = contents[index] ?? Buffer.alloc(0);
    hash.update(`${relative(projectRoot, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

async function filesUnder(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !BUILT.test(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}
