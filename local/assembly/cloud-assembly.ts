import type { Template } from "../cloudformation/template.ts";
import { AssetNotFoundError } from "./errors.ts";

/** What `cdk synth` wrote, read: every stack with its template, every asset with where it lies. */
export interface CloudAssembly {
  /** Absolute path of the folder, usually `cdk.out`. */
  readonly directory: string;
  /** Cloud assembly schema version, e.g. `55.0.0`. */
  readonly version: string;
  /** A stack comes after those that it depends on. */
  readonly stacks: readonly AssemblyStack[];
  readonly fileAssets: readonly FileAsset[];
  readonly dockerImages: readonly DockerImageAsset[];
}

export interface AssemblyStack {
  readonly artifactId: string;
  readonly stackName: string;
  /** Absolute path. */
  readonly templateFile: string;
  readonly template: Template;
  /** The template file's text. */
  readonly templateBody: string;
  /** Account and region that the stack was synthesized for; absent when it takes any. */
  readonly environment: { readonly account?: string; readonly region?: string };
  /** Values that the app sets for template parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
  /** Artifact ids that must be there first: other stacks, and the stack's own asset manifest. */
  readonly dependencies: readonly string[];
}

export interface FileAsset {
  readonly hash: string;
  readonly displayName: string;
  /** Absolute path of the folder or file. */
  readonly path: string;
  /** `folder`: CDK would zip it and upload the archive. `file`: uploaded as it is. */
  readonly kind: "folder" | "file";
  /** Where a template says that it is, placeholders filled in. */
  readonly locations: readonly { readonly bucket: string; readonly key: string }[];
}

export interface DockerImageAsset {
  readonly hash: string;
  readonly displayName: string;
  /** Absolute path of the build context. */
  readonly directory: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Build stage to stop at. */
  readonly target?: string;
  /** E.g. `linux/arm64`. */
  readonly platform?: string;
  /** Network of the build's RUN steps. */
  readonly networkMode?: string;
  /** Where a template says that it is, placeholders filled in, without the registry's host. */
  readonly locations: readonly { readonly repository: string; readonly tag: string }[];
}

/**
 * The folder or file behind an S3 location that a template names (a Lambda's `Code`, a nested `TemplateURL`).
 * @throws AssetNotFoundError
 */
export function fileAssetAt(assembly: CloudAssembly, bucket: string, key: string): FileAsset {
  const found = assembly.fileAssets.find((asset) =>
    asset.locations.some((location) => location.bucket === bucket && location.key === key),
  );
  if (found) return found;
  throw new AssetNotFoundError(
    `s3://${bucket}/${key}`,
    assembly.fileAssets.flatMap((asset) => asset.locations.map((at) => `s3://${at.bucket}/${at.key}`)),
  );
}

/** An image of ECR, as a task definition writes it. Other registries' images are no assets. */
const ECR_IMAGE = /^\d+\.dkr\.ecr\.[^./]+\.[^/]+\/(?<repositoryAndTag>.+)$/;

/** The image asset that a task definition's `Image` names, if it names one of the assembly's. */
export function findDockerImage(assembly: CloudAssembly, image: string): DockerImageAsset | undefined {
  const repositoryAndTag = ECR_IMAGE.exec(image)?.groups?.repositoryAndTag;
  return assembly.dockerImages.find((asset) =>
    asset.locations.some((at) => `${at.repository}:${at.tag}` === repositoryAndTag),
  );
}

/** @throws AssetNotFoundError for an image of another registry, or one that no manifest publishes */
export function dockerImageAt(assembly: CloudAssembly, image: string): DockerImageAsset {
  const found = findDockerImage(assembly, image);
  if (found) return found;
  throw new AssetNotFoundError(
    `image ${image}`,
    assembly.dockerImages.flatMap((asset) => asset.locations.map((at) => `${at.repository}:${at.tag}`)),
  );
}
