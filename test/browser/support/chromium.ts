import { execFileSync } from "node:child_process";
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { unpackTar } from "modern-tar/fs";
import { PROJECT_ROOT } from "../../e2e/support/longshore-process.ts";

export interface Chromium {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The browser of the tests: the one that LONGSHORE_BROWSER names, else the Chromium that comes with npm for Linux on
 * x86, unpacked into `.cache` with the font and, where the machine has none, the libraries that come with it.
 * @returns undefined where there is neither
 */
export async function findChromium(): Promise<Chromium | undefined> {
  const named = process.env.LONGSHORE_BROWSER;
  if (named) return { executable: named, environment: {} };
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..");
  const { version } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as { version: string };
  const home = join(PROJECT_ROOT, ".cache", `chromium-${version}`);
  const executable = join(home, "chromium");
  if (!existsSync(executable)) await unpack(join(packed, "bin"), home, executable);
  const environment = { FONTCONFIG_FILE: join(home, "fonts.conf") };
  if (runs(executable, environment)) return { executable, environment };
  return { executable, environment: { ...environment, LD_LIBRARY_PATH: join(home, "lib") } };
}

async function unpack(bin: string, home: string, executable: string): Promise<void> {
  mkdirSync(home, { recursive: true });
  for (const archive of ["fonts", "al2023"]) {
    await pipeline(
      createReadStream(join(bin, `${archive}.tar.br`)),
      createBrotliDecompress(),
      unpackTar(home),
    );
  }
  writeFileSync(
    join(home, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${home}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${home}/fonts-cache</cachedir></fontconfig>`,
  );
  // The browser comes last, whole: it says that all is there.
  const half = `${executable}.${process.pid}`;
  await pipeline(
    createReadStream(join(bin, "chromium.br")),
    createBrotliDecompress(),
    createWriteStream(half),
  );
  chmodSync(half, 0o755);
  renameSync(half, executable);
}

/** Without its libraries it ends before it can say its version. */
function runs(executable: string, environment: Readonly<Record<string, string>>): boolean {
  try {
    execFileSync(executable, ["--version", "--no-sandbox"], {
      stdio: "ignore",
      env: { ...process.env, ...environment },
    });
    return true;
  } catch {
    return false;
  }
}
