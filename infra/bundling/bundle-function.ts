import { join } from "node:path";
import { type BuildResult, buildSync } from "esbuild";
import { PROJECT_ROOT } from "../project-root.ts";

/** Some dependencies still call require. */
const REQUIRE = `import{createRequire as longshoreRequire}from"node:module";const require=longshoreRequire(import.meta.url);`;

/**
 * Bundles `functions/<folder>/handler.ts` into `index.mjs` and, for what is loaded when it is needed, files beside it:
 * minified ES modules, the same bytes for the same sources. See docs/decisions/0006-lambda-bundles.md.
 */
export function bundleFunction(folder: string, outputDirectory: string): BuildResult<{ metafile: true }> {
  return buildSync({
    entryPoints: { index: join(PROJECT_ROOT, "functions", folder, "handler.ts") },
    outdir: outputDirectory,
    outExtension: { ".js": ".mjs" },
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    alias: {
      "@aws-sdk/credential-provider-node": join(PROJECT_ROOT, "infra", "bundling", "lambda-credentials.ts"),
    },
    banner: { js: REQUIRE },
    metafile: true,
    sourcemap: false,
    legalComments: "none",
    logLevel: "error",
  });
}
