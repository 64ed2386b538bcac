/**
 * Leaves in node_modules what one image uses, in the versions of the lock file, without what nobody reads in a
 * container. To be run in a folder where `npm ci` has installed everything:
 *
 *   node keep-dependencies.mjs hono zod @aws-sdk/client-s3
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const kept = new Set(process.argv.slice(2));
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
for (const name of kept) {
  if (!(name in manifest.dependencies)) throw new Error(`${name} is no dependency in package.json`);
}
for (const name of Object.keys(manifest.dependencies)) {
  if (!kept.has(name)) delete manifest.dependencies[name];
}
writeFileSync("package.json", JSON.stringify(manifest));
execFileSync("npm", ["prune", "--omit=dev", "--ignore-scripts", "--no-audit"], { stdio: "inherit" });

/** Types, source maps, and the source of what is there compiled: Node.js loads none of them from node_modules. */
const unused = /\.(ts|mts|cts|map|tsbuildinfo)$/;
/** Folders that packages publish for browsers, bundlers and their own tests. */
const unusedFolders = /(^|\/)(dist-types|__tests__|benchmarks?|docs|example|examples)$/;

for (const entry of readdirSync("node_modules", { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isDirectory() ? unusedFolders.test(path) : unused.test(entry.name)) {
    rmSync(path, { recursive: true, force: true });
  }
}
