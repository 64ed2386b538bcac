import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { buildPages } from "../bundling/build-pages.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { packageManifest } from "./package-manifest.ts";

/** What synthesis bundles, fingerprints and has built into images, as it lies in the repository. */
const SOURCES = [
  "package.json",
  "package-lock.json",
  "events",
  "functions",
  "containers",
  "infra/bundling/lambda-credentials.ts",
];

/**
 * Makes the package that CDK apps elsewhere install: JavaScript with types beside it, because Node.js takes types off no
 * file under `node_modules`, and in `sources/` what synthesis reads. See docs/decisions/0013-the-package-is-built.md.
 * @param folder is made anew
 */
export function buildPackage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin/tsc",
  );
  const project = join(PROJECT_ROOT, "infra/packaging");
  execFileSync(process.execPath, [compiler, "-p", project, "--outDir", folder], { stdio: "inherit" });
  cpSync(join(PROJECT_ROOT, "local/lambda/bootstrap"), join(folder, "local/lambda/bootstrap"), {
    recursive: true,
  });
  chmodSync(join(folder, "cli/longshore.js"), 0o755);

  buildPages();
  for (const source of SOURCES) {
    cpSync(join(PROJECT_ROOT, source), join(folder, "sources", source), { recursive: true });
  }
  cpSync(join(PROJECT_ROOT, "LICENSE"), join(folder, "LICENSE"));
  cpSync(join(PROJECT_ROOT, "docs/own-app.md"), join(folder, "README.md"));
  const { context } = z.object({ context: z.unknown() }).parse(read("cdk.json"));
  write(join(folder, "cdk.json"), { context });
  write(join(folder, "package.json"), packageManifest(folder, read("package.json")));
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, name), "utf8"));
}

function write(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** `npm run package`: the package as a tarball in the current folder. */
if (import.meta.main) {
  const folder = join(PROJECT_ROOT, ".cache", "package");
  buildPackage(folder);
  execFileSync("npm", ["pack", folder], { stdio: "inherit" });
}
