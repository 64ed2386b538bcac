import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** A data file being written, under a temporary name. */
export interface FileDraft {
  readonly handle: FileHandle;
  /** Closes the file and gives it its final name. @returns its id */
  settle(): Promise<string>;
  /** Closes and removes it. */
  discard(): Promise<void>;
}

/**
 * The files that hold objects' bytes, named by ids that we make up: a key never becomes a path.
 * Files are written once and never changed, so a copy of an object is a second link to one.
 */
export type DataFiles = ReturnType<typeof createDataFiles>;

const TEMPORARY = ".tmp";

export function createDataFiles(directory: string, log: (line: string) => void) {
  mkdirSync(directory, { recursive: true });
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const pathOf = (id: string) => join(directory, id);

  const unlink = (id: string): void => {
    rm(pathOf(id), { force: true }).catch((error: unknown) =>
      log(`s3: cannot remove data file ${id}: ${error}`),
    );
  };
  /** Removes files that no object needs any more; one that is being read goes when its last reader is done. */
  const remove = (ids: readonly string[]): void => {
    for (const id of ids) {
      if (readers.has(id)) doomed.add(id);
      else unlink(id);
    }
  };
  return {
    remove,
    create: async (): Promise<FileDraft> => {
      const id = randomUUID();
      const temporary = pathOf(id + TEMPORARY);
      const handle = await open(temporary, "wx");
      return {
        handle,
        settle: async () => {
          await handle.close();
          await rename(temporary, pathOf(id));
          return id;
        },
        discard: async () => {
          await handle.close().catch(() => undefined);
          await rm(temporary, { force: true });
        },
      };
    },
    /** A second name for a file, or undefined where the file system has no hard links. */
    duplicate: async (id: string): Promise<string | undefined> => {
      const copy = randomUUID();
      try {
        await link(pathOf(id), pathOf(copy));
        return copy;
      } catch (error) {
        log(`s3: copying bytes, because a hard link was refused: ${error}`);
        return undefined;
      }
    },
    open: (id: string): Promise<FileHandle> => open(pathOf(id), "r"),
    /** Keeps files readable until the returned function is called. */
    hold: (ids: readonly string[]): (() => void) => {
      for (const id of ids) readers.set(id, (readers.get(id) ?? 0) + 1);
      return () => {
        for (const id of ids) {
          const left = (readers.get(id) ?? 1) - 1;
          if (left > 0) {
            readers.set(id, left);
            continue;
          }
          readers.delete(id);
          if (doomed.delete(id)) unlink(id);
        }
      };
    },
    /** At start: removes what a killed run left behind, which is every file that no object names. */
    sweep: (inUse: ReadonlySet<string>): number => {
      const leftovers = readdirSync(directory).filter((name) => !inUse.has(name));
      for (const name of leftovers) rmSync(pathOf(name), { force: true });
      return leftovers.length;
    },
  };
}
