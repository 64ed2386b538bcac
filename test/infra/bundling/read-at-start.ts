import type { Metafile } from "esbuild";

export interface ReadAtStart {
  /** Of all files that `index.mjs` imports, itself included, before the handler can be called. */
  readonly bytes: number;
  /** Bytes by package; the project's own code is `own`. */
  readonly packages: Readonly<Record<string, number>>;
  /** Sources, relative to the project. */
  readonly sources: readonly string[];
}

/** The part of a bundle that every cold start reads; what is imported when it is needed is left out. */
export function readAtStart({ outputs }: Metafile): ReadAtStart {
  const entry = Object.keys(outputs).find((file) => file.endsWith("/index.mjs"));
  const files = new Set<string>();
  const add = (file: string) => {
    if (files.has(file) || !outputs[file]) return;
    files.add(file);
    for (const { path, kind } of outputs[file].imports) if (kind === "import-statement") add(path);
  };
  if (entry) add(entry);
  const inputs = [...files].flatMap((file) => Object.entries(outputs[file]?.inputs ?? {}));
  const packages: Record<string, number> = {};
  for (const [source, { bytesInOutput }] of inputs) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? "own";
    packages[name] = (packages[name] ?? 0) + bytesInOutput;
  }
  return {
    bytes: [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0),
    packages,
    sources: inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([source]) => source),
  };
}
