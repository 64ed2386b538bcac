import { IgnoreMode } from "aws-cdk-lib";
import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";
import { buildPages } from "./bundling/build-pages.ts";
import { PROJECT_ROOT } from "./project-root.ts";

/**
 * The image of `containers/<folder>`. Its build context is the repository, narrowed to what the image copies, so
 * that nothing else changes its hash.
 */
export function containerImage(
  scope: Construct,
  id: string,
  folder: string,
  architecture: "x86_64" | "arm64",
): ContainerImage {
  if (folder === "console") buildPages();
  return ContainerImage.fromDockerImageAsset(
    new DockerImageAsset(scope, id, {
      directory: PROJECT_ROOT,
      file: `containers/${folder}/Dockerfile`,
      platform: architecture === "arm64" ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
      ignoreMode: IgnoreMode.DOCKER,
      exclude: [
        "*",
        "!package.json",
        "!package-lock.json",
        "!events",
        "!containers",
        "events/samples",
        "containers/*",
        "!containers/image",
        "!containers/kit",
        `!containers/${folder}`,
        // Of the console's pages, what they are built into.
        "containers/console/web/*",
        ...(folder === "console" ? ["!containers/console/web/dist"] : []),
      ],
    }),
  );
}
