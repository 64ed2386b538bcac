/** What is wrong with a cloud assembly: the file, what was found in it, what was expected. */
export class AssemblyError extends Error {
  readonly file: string;
  readonly found: string;
  readonly expected: string;

  constructor(file: string, found: string, expected: string, options?: { cause?: unknown }) {
    super(`${file}: found ${found}; expected ${expected}`, options);
    this.name = "AssemblyError";
    this.file = file;
    this.found = found;
    this.expected = expected;
  }
}

/** A template refers to an asset that no asset manifest of the assembly publishes. */
export class AssetNotFoundError extends Error {
  /** The bucket and key, or the image, as the template writes it. */
  readonly reference: string;
  readonly known: readonly string[];

  constructor(reference: string, known: readonly string[]) {
    const list = known.length === 0 ? "it has none of this kind" : `it has ${known.join(", ")}`;
    super(`${reference} is no asset of the cloud assembly: ${list}`);
    this.name = "AssetNotFoundError";
    this.reference = reference;
    this.known = known;
  }
}
