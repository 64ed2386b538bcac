import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join, posix } from "node:path";
import { arn, type Realm } from "../wire/realm.ts";

/** What a task definition's volume says of its file system. */
export interface EfsVolume {
  readonly fileSystemId: string;
  readonly accessPointId?: string | undefined;
  /** Instead of the access point's. */
  readonly rootDirectory?: string | undefined;
}

/** A volume as its file system and access point have it. */
export interface LocatedVolume {
  /** Folder of this machine. */
  readonly path: string;
  readonly fileSystemArn: string;
  readonly accessPointArn: string | undefined;
  /** Whether the file system has a policy of its own: then nobody mounts it without saying who they are. */
  readonly hasPolicy: boolean;
}

/** Why a volume cannot be mounted, in the words of the mount helper. */
export class MountError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MountError";
  }
}

interface FileSystem {
  readonly policy: string | undefined;
  readonly accessPoints: Map<string, string>;
  readonly mountTargets: Set<string>;
}

/**
 * File systems as folders below `directory`, one each. Everything that is known of them is played from the template at
 * each start; the files are kept.
 */
export class FileSystems {
  readonly #realm: Realm;
  readonly #directory: string;
  readonly #fileSystems = new Map<string, FileSystem>();

  constructor(realm: Realm, directory: string) {
    this.#realm = realm;
    this.#directory = directory;
  }

  /** @param policy JSON */
  put(id: string, policy: string | undefined): void {
    const known = this.#fileSystems.get(id);
    const { accessPoints = new Map(), mountTargets = new Set<string>() } = known ?? {};
    this.#fileSystems.set(id, { policy, accessPoints, mountTargets });
    makeFolder(this.#pathOf(id, "/"));
  }

  /** With all its files. */
  remove(id: string): void {
    this.#fileSystems.delete(id);
    rmSync(join(this.#directory, id), { recursive: true, force: true });
  }

  /** @param path the access point's root directory @throws MountError for an unknown file system */
  putAccessPoint(fileSystemId: string, id: string, path: string): void {
    this.#find(fileSystemId).accessPoints.set(id, path);
    makeFolder(this.#pathOf(fileSystemId, path));
  }

  /** Its files stay, as on AWS: they are the file system's. */
  removeAccessPoint(fileSystemId: string, id: string): void {
    this.#fileSystems.get(fileSystemId)?.accessPoints.delete(id);
  }

  /** @throws MountError for an unknown file system */
  putMountTarget(fileSystemId: string, id: string): void {
    this.#find(fileSystemId).mountTargets.add(id);
  }

  removeMountTarget(fileSystemId: string, id: string): void {
    this.#fileSystems.get(fileSystemId)?.mountTargets.delete(id);
  }

  arnOf(id: string): string {
    return arn(this.#realm, "elasticfilesystem", `file-system/${id}`);
  }

  accessPointArnOf(id: string): string {
    return arn(this.#realm, "elasticfilesystem", `access-point/${id}`);
  }

  /** JSON text of a file system's policy. */
  policyOf(fileSystemArn: string): string | undefined {
    return this.#fileSystems.get(fileSystemArn.slice(fileSystemArn.lastIndexOf("/") + 1))?.policy;
  }

  /** Where a volume lies. @throws MountError when its file system, a mount target or its access point is missing */
  locate({ fileSystemId, accessPointId, rootDirectory = "/" }: EfsVolume): LocatedVolume {
    const fileSystem = this.#find(fileSystemId);
    if (fileSystem.mountTargets.size === 0) throw unresolved(fileSystemId, this.#realm);
    const root = accessPointId === undefined ? "/" : fileSystem.accessPoints.get(accessPointId);
    if (root === undefined) {
      throw new MountError(
        `mount.nfs4: access denied by server while mounting ${accessPointId}: no such access point`,
      );
    }
    const path = this.#pathOf(fileSystemId, posix.join(root, posix.resolve("/", rootDirectory)));
    return {
      path,
      fileSystemArn: this.arnOf(fileSystemId),
      accessPointArn: accessPointId === undefined ? undefined : this.accessPointArnOf(accessPointId),
      hasPolicy: fileSystem.policy !== undefined,
    };
  }

  #find(id: string): FileSystem {
    const found = this.#fileSystems.get(id);
    if (!found) throw unresolved(id, this.#realm);
    return found;
  }

  /** Resolved against "/" first, so that no ".." leads out of the file system. */
  #pathOf(id: string, path: string): string {
    return join(this.#directory, id, posix.resolve("/", path));
  }
}

function unresolved(id: string, { region }: Realm): MountError {
  return new MountError(
    `Failed to resolve "${id}.efs.${region}.amazonaws.com" - check that your file system ID is correct, and ensure ` +
      "that the VPC has an EFS mount target for this file system ID.",
  );
}

/** Access points' users are not played, and containers of an engine have users of their own: all may write. */
function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o777);
}
