import { z } from "zod";

/**
 * Major versions of the cloud assembly schema that this reader knows; aws-cdk-lib 2.276 writes 55.
 * The schema raises its major version with every change, most of them additions that are not read here.
 */
export const ASSEMBLY_VERSIONS = { oldest: 38, newest: 55 } as const;

const artifact = z.object({
  type: z.string(),
  environment: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  dependencies: z.array(z.string()).default([]),
});
export type Artifact = z.output<typeof artifact>;

/** `manifest.json`, as far as it is read; the rest (tree, flags, deployment roles) is for the CDK command. */
export const assemblyManifest = z.object({
  version: z.string(),
  artifacts: z.record(z.string(), artifact).default({}),
  missing: z.array(z.object({ key: z.string(), provider: z.string() })).default([]),
});

export const stackProperties = z.object({
  templateFile: z.string(),
  stackName: z.string().optional(),
  parameters: z.record(z.string(), z.string()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  terminationProtection: z.boolean().default(false),
});

export const assetManifestProperties = z.object({ file: z.string() });

export const nestedAssemblyProperties = z.object({ directoryName: z.string() });

const fileSource = z.strictObject({ path: z.string(), packaging: z.enum(["file", "zip"]).default("file") });

/**
 * Strict: what would change the built image and is not known here (build secrets, further contexts, a
 * command that makes the asset) is refused. Layer caches and outputs change nothing in the image.
 */
const dockerImageSource = z.strictObject({
  directory: z.string(),
  dockerFile: z.string().default("Dockerfile"),
  dockerBuildTarget: z.string().optional(),
  dockerBuildArgs: z.record(z.string(), z.string()).default({}),
  networkMode: z.string().optional(),
  platform: z.string().optional(),
  dockerOutputs: z.unknown().optional(),
  cacheFrom: z.unknown().optional(),
  cacheTo: z.unknown().optional(),
  cacheDisabled: z.unknown().optional(),
});
export type DockerImageSource = z.output<typeof dockerImageSource>;

/** `<stack>.assets.json`. */
export const assetManifest = z.object({
  version: z.string(),
  files: z
    .record(
      z.string(),
      z.object({
        displayName: z.string().optional(),
        source: fileSource,
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.object({
        displayName: z.string().optional(),
        source: dockerImageSource,
        destinations: z.record(z.string(), z.object({ repositoryName: z.string(), imageTag: z.string() })),
      }),
    )
    .default({}),
});
export type AssetManifest = z.output<typeof assetManifest>;
