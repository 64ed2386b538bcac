import { join, resolve } from "node:path";
import type { z } from "zod";
import { template } from "../cloudformation/template.ts";
import type { Realm } from "../wire/realm.ts";
import { readAssets } from "./assets.ts";
import type { AssemblyStack, CloudAssembly, DockerImageAsset, FileAsset } from "./cloud-assembly.ts";
import { AssemblyError } from "./errors.ts";
import {
  type Artifact,
  ASSEMBLY_VERSIONS,
  assemblyManifest,
  assetManifestProperties,
  nestedAssemblyProperties,
  stackProperties,
} from "./manifest.ts";
import { checkJson, parseJson, readJson, readText } from "./read-json.ts";

/**
 * Reads a cloud assembly folder, the assemblies of its stages included.
 * @param realm fills the account and region placeholders of asset locations
 * @throws AssemblyError naming the file, what was found there and what was expected
 */
export function readAssembly(directory: string, realm: Realm): CloudAssembly {
  const root = resolve(directory);
  const contents = readFolder(root, realm);
  if (contents.stacks.length === 0) {
    throw new AssemblyError(join(root, "manifest.json"), "no stack", "at least one stack");
  }
  requireOwnNames(join(root, "manifest.json"), contents.stacks);
  return {
    directory: root,
    version: contents.version,
    stacks: dependenciesFirst(contents.stacks),
    fileAssets: unique(contents.files),
    dockerImages: unique(contents.images),
  };
}

interface Contents {
  readonly version: string;
  readonly stacks: AssemblyStack[];
  readonly files: FileAsset[];
  readonly images: DockerImageAsset[];
}

function readFolder(directory: string, realm: Realm): Contents {
  const file = join(directory, "manifest.json");
  const manifest = readJson(file, assemblyManifest, "the manifest of a cloud assembly that cdk synth wrote");
  requireVersion(file, manifest.version);
  const [missing] = manifest.missing;
  if (missing) {
    throw new AssemblyError(
      file,
      `placeholder values for the context lookup ${missing.key}`,
      "every lookup answered in cdk.context.json (run cdk synth once with access to the account)",
    );
  }
  const contents: Contents = { version: manifest.version, stacks: [], files: [], images: [] };
  for (const [id, artifact] of Object.entries(manifest.artifacts)) {
    readArtifact({ file, directory, id, artifact, realm }, contents);
  }
  return contents;
}

interface ArtifactPlace {
  readonly file: string;
  readonly directory: string;
  readonly id: string;
  readonly artifact: Artifact;
  readonly realm: Realm;
}

/** Other artifact types (the construct tree, feature flags) describe the app and hold nothing to play. */
function readArtifact({ file, directory, id, artifact, realm }: ArtifactPlace, into: Contents): void {
  const properties = <Schema extends z.ZodType>(schema: Schema) =>
    checkJson(file, artifact.properties, schema, `the properties of artifact ${id} (${artifact.type})`);
  if (artifact.type === "aws:cloudformation:stack") {
    into.stacks.push(readStack(directory, id, artifact, properties(stackProperties)));
  } else if (artifact.type === "cdk:asset-manifest") {
    const assets = readAssets(join(directory, properties(assetManifestProperties).file), realm);
    into.files.push(...assets.files);
    into.images.push(...assets.images);
  } else if (artifact.type === "cdk:cloud-assembly") {
    const nested = readFolder(join(directory, properties(nestedAssemblyProperties).directoryName), realm);
    into.stacks.push(...nested.stacks);
    into.files.push(...nested.files);
    into.images.push(...nested.images);
  }
}

function readStack(
  directory: string,
  artifactId: string,
  artifact: Artifact,
  properties: z.output<typeof stackProperties>,
): AssemblyStack {
  const templateFile = join(directory, properties.templateFile);
  const what = `the CloudFormation template of stack ${artifactId}`;
  const templateBody = readText(templateFile, what);
  return {
    artifactId,
    stackName: properties.stackName ?? artifactId,
    templateFile,
    templateBody,
    template: parseJson(templateFile, templateBody, template, what),
    environment: parseEnvironment(artifact.environment),
    parameters: properties.parameters,
    tags: properties.tags,
    terminationProtection: properties.terminationProtection,
    dependencies: artifact.dependencies,
  };
}

/** `aws://<account>/<region>`, where `unknown-account` and `unknown-region` stand for any. */
function parseEnvironment(text = ""): AssemblyStack["environment"] {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(text) ?? [];
  return {
    ...(account === undefined || account === "unknown-account" ? {} : { account }),
    ...(region === undefined || region === "unknown-region" ? {} : { region }),
  };
}

function requireVersion(file: string, version: string): void {
  const major = Number(/^(\d+)\./.exec(version)?.[1]);
  const { oldest, newest } = ASSEMBLY_VERSIONS;
  if (major >= oldest && major <= newest) return;
  throw new AssemblyError(
    file,
    `cloud assembly schema version ${JSON.stringify(version)}`,
    `a version from ${oldest} to ${newest} (synthesize with an aws-cdk-lib that writes one)`,
  );
}

/** Stacks of several accounts or regions may share a name on AWS; here one account and region is played. */
function requireOwnNames(file: string, stacks: readonly AssemblyStack[]): void {
  for (const [stackName, same] of Map.groupBy(stacks, (stack) => stack.stackName)) {
    if (same.length === 1) continue;
    const ids = same.map(({ artifactId }) => artifactId).join(", ");
    throw new AssemblyError(
      file,
      `the stack name ${stackName} for ${ids}`,
      "a name of its own for each stack",
    );
  }
}

/** The CDK refuses cyclic stack dependencies at synthesis, so a cycle is not looked for again here. */
function dependenciesFirst(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const byId = new Map(stacks.map((stack) => [stack.artifactId, stack]));
  const visited = new Set<AssemblyStack>();
  const ordered: AssemblyStack[] = [];
  const visit = (stack: AssemblyStack): void => {
    if (visited.has(stack)) return;
    visited.add(stack);
    for (const id of stack.dependencies) {
      const dependency = byId.get(id);
      if (dependency) visit(dependency);
    }
    ordered.push(stack);
  };
  for (const stack of stacks) visit(stack);
  return ordered;
}

/** Stacks that share an asset each list it; for stacks of several environments the locations differ. */
function unique<Asset extends { readonly hash: string; readonly locations: readonly unknown[] }>(
  assets: readonly Asset[],
): Asset[] {
  return [
    ...new Map(assets.map((asset) => [`${asset.hash} ${JSON.stringify(asset.locations)}`, asset])).values(),
  ];
}
