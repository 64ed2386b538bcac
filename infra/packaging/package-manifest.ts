import { globSync } from "node:fs";
import { isBuiltin } from "node:module";
import { buildSync } from "esbuild";
import { z } from "zod";

const versions = z.record(z.string(), z.string());
const repository = z.looseObject({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  dependencies: versions,
  devDependencies: versions,
});

/** Constructs of an app and of Longshore go into one tree, and so have to come from one copy. */
const PEERS = ["aws-cdk-lib", "constructs"];

/**
 * The package.json of the package: it depends on what its files import, and on what the project's containers do.
 * @param folder of the package, with all its files
 * @param given the repository's package.json
 */
export function packageManifest(folder: string, given: unknown) {
  const { name, version, description, license, dependencies, devDependencies } = repository.parse(given);
  const known = { ...devDependencies, ...dependencies };
  const imported = packagesImported(folder);
  const unknown = imported.filter((name) => !(name in known));
  if (unknown.length > 0) throw new Error(`package.json has no version of ${unknown.join(", ")}`);
  const wanted = new Set([...Object.keys(dependencies), ...imported]);
  for (const peer of PEERS) wanted.delete(peer);
  const pick = (names: Iterable<string>, range: string) =>
    Object.fromEntries([...names].sort().map((name) => [name, `${range}${known[name]}`]));
  return {
    name,
    version,
    description,
    license,
    type: "module",
    engines: { node: ">=24" },
    exports: {
      "./infra": { types: "./infra/index.d.ts", default: "./infra/index.js" },
      "./cdk.json": "./cdk.json",
      "./package.json": "./package.json",
    },
    bin: { longshore: "cli/longshore.js" },
    dependencies: pick(wanted, ""),
    peerDependencies: pick(PEERS, "^"),
  };
}

/** Found by resolution, which a bundler does not see: local/embedded/. */
const RESOLVED = ["dynalite", "fauxqs"];

/** By what is compiled, and by the functions that synthesis bundles from their sources. */
function packagesImported(folder: string): string[] {
  const { metafile } = buildSync({
    absWorkingDir: folder,
    entryPoints: [
      ...["infra/index.js", "infra/print-config.js", "cli/longshore.js"],
      ...globSync("sources/functions/*/handler.ts", { cwd: folder }),
    ],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outdir: "unused",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const specifiers = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external && !isBuiltin(path))
    .map(({ path }) => path);
  return [...new Set([...specifiers.map(packageOf), ...RESOLVED])].sort();
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
