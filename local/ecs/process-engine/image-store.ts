/** A Docker image asset of the cloud assembly: what `docker build` would be given. */
export interface ImageSource {
  readonly contextDirectory: string;
  /** Path of the Dockerfile, absolute or relative to the context directory. */
  readonly dockerfile: string;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
  /** E.g. `linux/arm64`. */
  readonly platform?: string | undefined;
  /** Network of the build's RUN steps. */
  readonly networkMode?: string | undefined;
  /** Of everything that the image is built from; without it every start builds anew. */
  readonly hash?: string | undefined;
}

/** Knows which image references are assets. */
export interface ImageStore {
  /** @returns undefined for an image that is no asset of the assembly */
  resolve(imageUri: string): ImageSource | undefined;
}
