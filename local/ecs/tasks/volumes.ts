import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import type { FileSystems } from "../../efs/file-systems.ts";
import type { Mount } from "../container-engine.ts";
import type { ContainerDefinition, TaskDefinition } from "../model.ts";

/**
 * Folders of this machine for a container's mount points. EFS volumes are their file systems' and are kept; bind mounts
 * live as long as the task.
 */
export function mountsOf(
  definition: Pick<TaskDefinition, "volumes">,
  container: Pick<ContainerDefinition, "mountPoints">,
  places: { readonly fileSystems: Pick<FileSystems, "locate"> | undefined; readonly scratch: string },
): Mount[] {
  return container.mountPoints.map((mount) => {
    const volume = definition.volumes.find(({ name }) => name === mount.sourceVolume);
    const efs = volume?.efsVolumeConfiguration;
    const hostPath =
      efs && places.fileSystems
        ? places.fileSystems.locate({ ...efs, accessPointId: efs.authorizationConfig?.accessPointId }).path
        : path.join(places.scratch, "volumes", encodeURIComponent(mount.sourceVolume));
    mkdirSync(hostPath, { recursive: true });
    // On ECS a bind mount has the permissions of what the image declares by VOLUME, which processes have not.
    if (!efs) chmodSync(hostPath, 0o1777);
    return { containerPath: mount.containerPath, hostPath, readOnly: mount.readOnly };
  });
}
