import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../project-root.ts";

const WEB = join(PROJECT_ROOT, "containers", "console", "web");
/** What the console's image takes. */
const OUTPUT = join(WEB, "dist");
/** In the output: the sources that it was built from. */
const STAMP = "sources.sha256";
const CACHE = join(PROJECT_ROOT, ".cache");
const LOCK = join(CACHE, "console-pages.lock");
/** A lock that is older was left by a build that was killed. */
const LOCK_STALE_MS = 120_000;

/**
 * Builds the console's pages into `containers/console/web/dist`, unless they are there and nothing they are made of
 * has changed. Synthesis does this before it fingerprints the console's image, so that what is deployed and what is
 * played here are the same bytes. See docs/decisions/0009-pages-are-built-at-synthesis.md.
 */
export function buildPages(): void {
  const sources = sourcesHash();
  if (isBuiltFrom(sources)) return;
  mkdirSync(CACHE, { recursive: true });
  takeLock();
  try {
    // Another synthesis may have done it meanwhile.
    if (!isBuiltFrom(sources)) build(sources);
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function build(sources: string): void {
  const scratch = join(CACHE, `console-pages-${randomUUID()}`);
  // In a workspace it is installed above this project. The package has the pages built, and no use for it.
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  try {
    execFileSync(process.execPath, [vite, "build", WEB], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, PAGES_FOLDER: scratch, NODE_ENV: "production" },
    });
    writeFileSync(join(scratch, STAMP), sources);
    rmSync(OUTPUT, { recursive: true, force: true });
    renameSync(scratch, OUTPUT);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A folder is made by one process alone. */
function takeLock(): void {
  for (;;) {
    try {
      mkdirSync(LOCK);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LOCK_STALE_MS) rmSync(LOCK, { recursive: true, force: true });
    // Constructs cannot wait any other way.
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}

function isBuiltFrom(sources: string): boolean {
  const stamp = join(OUTPUT, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sources;
}

function sourcesHash(): string {
  const hash = createHash("sha256");
  const names = globSync(["index.html", "vite.config.ts", "tsconfig.json", "public/**/*.*", "src/**/*.*"], {
    cwd: WEB,
  });
  const files = [...names.map((name) => join(WEB, name)).sort(), join(PROJECT_ROOT, "package-lock.json")];
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${file.slice(PROJECT_ROOT.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

if (import.meta.main) buildPages();
