import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Mount } from "../container-engine.ts";
import type { ContainerDefinition, TaskDefinition } from "../model.ts";

/**
 * Folders of this machine for a container's mount points. EFS volumes are kept: one folder per file system, and
 * one per access point (whose own root directory is the access point's affair). Bind mounts live as long as the task.
 */
export function mountsOf(
  definition: Pick<TaskDefinition, "volumes">,
  container: Pick<ContainerDefinition, "mountPoints">,
  directories: { readonly state: string; readonly scratch: string },
): Mount[] {
  return container.mountPoints.map((mount) => {
    const volume = definition.volumes.find(({ name }) => name === mount.sourceVolume);
    const efs = volume?.efsVolumeConfiguration;
    const hostPath = efs
      ? efsDirectory(directories.state, efs)
      : path.join(directories.scratch, "volumes", encodeURIComponent(mount.sourceVolume));
    mkdirSync(hostPath, { recursive: true });
    return { containerPath: mount.containerPath, hostPath, readOnly: mount.readOnly };
  });
}

function efsDirectory(
  state: string,
  efs: NonNullable<TaskDefinition["volumes"][number]["efsVolumeConfiguration"]>,
): string {
  const root = path.join(state, "efs", efs.fileSystemId);
  const accessPoint = efs.authorizationConfig?.accessPointId;
  if (accessPoint !== undefined) return path.join(root, "access-points", accessPoint);
  // Resolved against "/" first, so that no ".." leads out of the file system.
  return path.join(root, "root", path.posix.resolve("/", efs.rootDirectory ?? "/"));
}
