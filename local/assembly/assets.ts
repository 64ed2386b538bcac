import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Realm } from "../wire/realm.ts";
import type { DockerImageAsset, FileAsset } from "./cloud-assembly.ts";
import { AssemblyError } from "./errors.ts";
import { type AssetManifest, assetManifest, type DockerImageSource } from "./manifest.ts";
import { readJson } from "./read-json.ts";

export interface Assets {
  readonly files: readonly FileAsset[];
  readonly images: readonly DockerImageAsset[];
}

/**
 * Reads one `<stack>.assets.json`.
 * @throws AssemblyError when the manifest, an asset's folder or file, or a Dockerfile is missing
 */
export function readAssets(file: string, realm: Realm): Assets {
  const manifest = readJson(file, assetManifest, "an asset manifest that cdk synth wrote");
  const fill = (text: string) => fillPlaceholders(text, realm);
  return {
    files: Object.entries(manifest.files).map(([hash, asset]) => fileAsset(file, hash, asset, fill)),
    images: Object.entries(manifest.dockerImages).map(([hash, asset]) => imageAsset(file, hash, asset, fill)),
  };
}

/** Asset manifests write account, region and partition as `${AWS::…}` for stacks that take any. */
function fillPlaceholders(text: string, realm: Realm): string {
  const values: Record<string, string> = {
    AccountId: realm.accountId,
    Region: realm.region,
    Partition: realm.partition,
  };
  return text.replace(/\$\{AWS::(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function fileAsset(
  manifest: string,
  hash: string,
  asset: AssetManifest["files"][string],
  fill: (text: string) => string,
): FileAsset {
  const path = resolve(dirname(manifest), asset.source.path);
  const kind = asset.source.packaging === "zip" ? "folder" : "file";
  const displayName = asset.displayName ?? hash;
  requirePath(path, kind, `the ${kind} of asset ${displayName}`);
  return {
    hash,
    displayName,
    path,
    kind,
    locations: Object.values(asset.destinations).map((to) => ({
      bucket: fill(to.bucketName),
      key: fill(to.objectKey),
    })),
  };
}

function imageAsset(
  manifest: string,
  hash: string,
  asset: AssetManifest["dockerImages"][string],
  fill: (text: string) => string,
): DockerImageAsset {
  const directory = resolve(dirname(manifest), asset.source.directory);
  const displayName = asset.displayName ?? hash;
  requirePath(directory, "folder", `the build context of image ${displayName}`);
  requirePath(resolve(directory, asset.source.dockerFile), "file", `what image ${displayName} is built from`);
  return {
    hash,
    displayName,
    directory,
    ...buildOptions(asset.source),
    locations: Object.values(asset.destinations).map((to) => ({
      repository: fill(to.repositoryName),
      tag: fill(to.imageTag),
    })),
  };
}

function buildOptions(source: DockerImageSource) {
  return {
    dockerfile: source.dockerFile,
    buildArgs: source.dockerBuildArgs,
    ...(source.dockerBuildTarget === undefined ? {} : { target: source.dockerBuildTarget }),
    ...(source.platform === undefined ? {} : { platform: source.platform }),
    ...(source.networkMode === undefined ? {} : { networkMode: source.networkMode }),
  };
}

function requirePath(path: string, kind: "folder" | "file", expected: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new AssemblyError(path, "nothing", expected);
  const found = stat.isDirectory() ? "folder" : "file";
  if (found !== kind) throw new AssemblyError(path, `a ${found}`, expected);
}
