import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** What `keep-dependencies.mjs` is told to keep in an image. */
function keptIn(dockerfile: string): string[] {
  const command = /RUN node keep-dependencies\.mjs ((?:[^\n\\]|\\\n)+)/.exec(dockerfile)?.[1] ?? "";
  return command.split(/[\s\\]+/).filter((name) => name !== "");
}

/** The packages that are imported by the code that an image copies. */
function importedBy(dockerfile: string): string[] {
  const folders = [...dockerfile.matchAll(/^COPY (events|containers\/\S+) \.\//gm)].map(([, path]) => path);
  const files = globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: root },
  );
  const packages = files
    .filter((file) => !/write-json-schemas|events\/samples|console\/web\//.test(file))
    .flatMap((file) => [
      ...readFileSync(join(root, file), "utf8").matchAll(/(?:from |import\()"((?:@[^/"]+\/)?[^./"][^/"]*)/g),
    ])
    .map(([, name]) => name ?? "")
    .filter((name) => !name.startsWith("node:"));
  return [...new Set(packages)];
}

test.each(globSync("containers/*/Dockerfile", { cwd: root }))(
  "%s keeps the packages that its code imports, and no others",
  (path) => {
    const dockerfile = readFileSync(join(root, path), "utf8");
    expect(keptIn(dockerfile).toSorted()).toEqual(importedBy(dockerfile).toSorted());
  },
);
