import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { multipartUpload } from "../api/schemas/uploads.ts";

/** What has to be known to go on with an upload in parts, whichever task is asked. */
const stagedUpload = z.strictObject({
  ...multipartUpload.shape,
  type: z.string(),
  /** S3's own name for it. */
  uploadId: z.string(),
});
export type StagedUpload = z.output<typeof stagedUpload>;

/** Uploads that are under way, in a folder that all tasks of the service share: one file each, named by its id. */
export class Staging {
  readonly #folder: string;
  #isMade: Promise<unknown> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Written beside and renamed: nobody reads half a file. */
  async save(upload: StagedUpload): Promise<void> {
    this.#isMade ??= mkdir(this.#folder, { recursive: true });
    await this.#isMade;
    const draft = `${this.#file(upload.id)}.${randomBytes(4).toString("hex")}.new`;
    await writeFile(draft, JSON.stringify(upload));
    await rename(draft, this.#file(upload.id));
  }

  async read(id: string): Promise<StagedUpload | undefined> {
    try {
      return stagedUpload.parse(JSON.parse(await readFile(this.#file(id), "utf8")));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** All uploads, newest first. Those that S3 has forgotten by now are removed. */
  async list(now: Date): Promise<StagedUpload[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const ids = names.filter((name) => /^[0-9a-f]{32}\.json$/.test(name)).map((name) => name.slice(0, 32));
    const uploads = (await Promise.all(ids.map((id) => this.read(id)))).filter(
      (upload) => upload !== undefined,
    );
    const expired = uploads.filter(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
    await Promise.all(expired.map(({ id }) => this.remove(id)));
    return uploads
      .filter((upload) => !expired.includes(upload))
      .toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Ids have hexadecimal digits alone, so that none leads out of the folder. */
  #file(id: string): string {
    return path.join(this.#folder, `${id}.json`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
