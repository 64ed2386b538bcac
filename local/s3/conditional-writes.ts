/**
 * Conditional writes that are under way. When the object is deleted before such a write ends, S3 answers
 * 409 instead of deciding on ground that has shifted, so deletions are noted here.
 */
export class ConditionalWrites {
  readonly #open = new Set<{ readonly name: string; disturbed: boolean }>();

  /** Starts watching a key. The returned function ends it and says whether the object was deleted meanwhile. */
  watch(bucket: string, key: string): () => boolean {
    const entry = { name: nameOf(bucket, key), disturbed: false };
    this.#open.add(entry);
    return () => {
      this.#open.delete(entry);
      return entry.disturbed;
    };
  }

  noteDeletion(bucket: string, key: string): void {
    const name = nameOf(bucket, key);
    for (const entry of this.#open) if (entry.name === name) entry.disturbed = true;
  }
}

/** Bucket names hold no slash, so the first one parts the two. */
function nameOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}
