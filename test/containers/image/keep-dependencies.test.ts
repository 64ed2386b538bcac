import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** What `keep-dependencies.mjs` is told to keep in an image. */
function keptIn(dockerfile: string): string[] {
  const command = /RUN node keep-dependencies\.mjs ((?:[^\n\\]|\\\n)+)/.exec(dockerfile)?.[1] ?? "";
  return command.split(/[\s\\]+/).filter((name) => name !== "");
}

/** What a file imports, its types' imports too: packages by their name, files by their path below the project. */
function importsOf(file: string): { packages: string[]; files: string[] } {
  const text = readFileSync(join(root, file), "utf8");
  const names = [...text.matchAll(/(?:from |import\()"([^"]+)"/g)].map(([, name = ""]) => name);
  return {
    packages: names
      .filter((name) => !/^(\.|node:)/.test(name))
      .flatMap((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? []),
    files: names
      .filter((name) => name.startsWith(".") && name.endsWith(".ts"))
      .map((name) => posix.join(posix.dirname(file), name)),
  };
}

/** The packages that an image's own code imports, and what of `events/` that code comes to. */
function importedBy(dockerfile: string): string[] {
  const folders = [...dockerfile.matchAll(/^COPY (containers\/\S+) \.\//gm)].map(([, path]) => path);
  const seen = new Set(
    globSync(
      folders.map((folder) => `${folder}/**/*.ts`),
      { cwd: root },
    ).filter((file) => !/write-json-schemas|console\/web\//.test(file)),
  );
  const packages = new Set<string>();
  // A set that grows while it is walked is walked to its end.
  for (const file of seen) {
    const imports = importsOf(file);
    for (const name of imports.packages) packages.add(name);
    for (const path of imports.files) if (path.startsWith("events/")) seen.add(path);
  }
  return [...packages];
}

test.each(globSync("containers/*/Dockerfile", { cwd: root }))(
  "%s keeps the packages that its code imports, and no others",
  (path) => {
    const dockerfile = readFileSync(join(root, path), "utf8");
    expect(keptIn(dockerfile).toSorted()).toEqual(importedBy(dockerfile).toSorted());
  },
);
