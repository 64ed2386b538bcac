#!/usr/bin/env node
import { readAssembly } from "../local/assembly/read-assembly.ts";
import { connectDocker, EngineUnreachableError } from "../local/ecs/docker-engine/connect-docker.ts";
import { buildImage, ImageBuildError } from "../local/ecs/docker-engine/image-builder.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../local/wire/realm.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { synthesize } from "./start/synthesize.ts";
import { table } from "./table.ts";
import { UserError } from "./user-error.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * `npm run images`: builds every image that a deployment of the app would, with any engine that speaks the Docker API,
 * and prints their sizes. An image whose sources have not changed is not built again.
 */
async function main(): Promise<void> {
  const { docker } = await connectDocker();
  const { directory } = await synthesize(PROJECT_ROOT);
  const realm = {
    partition: "aws",
    accountId: LOCAL_ACCOUNT_ID,
    region: LOCAL_REGION,
    endpoint: "",
  } as const;
  const rows: string[][] = [];
  // One after another: an engine that builds two at once downloads their dependencies twice.
  for (const asset of readAssembly(directory, realm).dockerImages) {
    const image = await buildImage(
      docker,
      { ...asset, contextDirectory: asset.directory },
      { log: (line) => console.error(line), signal: AbortSignal.timeout(3_600_000) },
    );
    const { Size, Config } = await docker.getImage(image).inspect();
    rows.push([asset.dockerfile, `${Math.round(Size / MEBIBYTE)} MiB`, Config.User || "root", image]);
  }
  console.log(table(["Dockerfile", "size", "user", "image"], rows));
}

try {
  await main();
} catch (error) {
  if (error instanceof ImageBuildError) console.error(error.output);
  const known = [ImageBuildError, EngineUnreachableError, UserError].some((kind) => error instanceof kind);
  console.error(known ? (error as Error).message : error);
  process.exitCode = 1;
}
