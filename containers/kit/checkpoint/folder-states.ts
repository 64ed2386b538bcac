import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SavedStates } from "./saved-states.ts";

/** Writes to EFS are paid for by the gigabyte, and a state is written whole. */
const BETWEEN_WRITES_MS = 500;

/** States as files of a folder that all tasks mount. */
export function folderStates(folder: string): SavedStates {
  return {
    betweenWritesMs: BETWEEN_WRITES_MS,
    async list() {
      const names = await readdir(folder).catch(() => []);
      return Promise.all(
        names
          .filter((name) => name.endsWith(".json"))
          .map(async (name) => ({ name, savedAt: (await stat(join(folder, name))).mtimeMs })),
      );
    },
    read: (name) => readFile(join(folder, name), "utf8"),
    async write(name, text) {
      await mkdir(folder, { recursive: true });
      // Whoever reads finds a whole state, also when this process is killed.
      const path = join(folder, name);
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    },
    removeAll: () => rm(folder, { recursive: true, force: true }),
  };
}
