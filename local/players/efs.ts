import { createHash } from "node:crypto";
import { z } from "zod";
import type { ResourcePlayer, ResourceToPlay } from "../cloudformation/resource-player.ts";
import type { FileSystems } from "../efs/file-systems.ts";
import { flag, number, readProperties, tagList } from "./properties.ts";

const fileSystemProperties = z.strictObject({
  Encrypted: flag.optional(),
  KmsKeyId: z.string().optional(),
  PerformanceMode: z.enum(["generalPurpose", "maxIO"]).optional(),
  ThroughputMode: z.enum(["bursting", "elastic", "provisioned"]).optional(),
  ProvisionedThroughputInMibps: number.optional(),
  LifecyclePolicies: z.array(z.record(z.string(), z.string())).optional(),
  BackupPolicy: z.strictObject({ Status: z.enum(["ENABLED", "DISABLED"]) }).optional(),
  FileSystemPolicy: z.record(z.string(), z.unknown()).optional(),
  BypassPolicyLockoutSafetyCheck: flag.optional(),
  FileSystemTags: tagList.optional(),
});

const accessPointProperties = z.strictObject({
  FileSystemId: z.string(),
  PosixUser: z
    .strictObject({ Uid: z.string(), Gid: z.string(), SecondaryGids: z.array(z.string()).optional() })
    .optional(),
  RootDirectory: z
    .strictObject({
      Path: z.string().startsWith("/").default("/"),
      CreationInfo: z
        .strictObject({ OwnerUid: z.string(), OwnerGid: z.string(), Permissions: z.string() })
        .optional(),
    })
    .default({ Path: "/" }),
  ClientToken: z.string().optional(),
  AccessPointTags: tagList.optional(),
});

const mountTargetProperties = z.strictObject({
  FileSystemId: z.string(),
  SubnetId: z.string(),
  SecurityGroups: z.array(z.string()),
  IpAddress: z.string().optional(),
});

/** `AWS::EFS::*`: the file system is a folder, which its access points and mount targets open to tasks. */
export function fileSystemPlayers(fileSystems: FileSystems): Record<string, ResourcePlayer> {
  return {
    "AWS::EFS::FileSystem": {
      async play(resource) {
        const { FileSystemPolicy } = readProperties(resource, fileSystemProperties);
        const id = physicalId(resource, "fs");
        fileSystems.put(id, FileSystemPolicy && JSON.stringify(FileSystemPolicy));
        return { ref: id, attributes: { FileSystemId: id, Arn: fileSystems.arnOf(id) } };
      },
      async remove({ ref }) {
        fileSystems.remove(ref);
      },
    },
    "AWS::EFS::AccessPoint": {
      async play(resource) {
        const { FileSystemId, RootDirectory } = readProperties(resource, accessPointProperties);
        const id = physicalId(resource, "fsap");
        fileSystems.putAccessPoint(FileSystemId, id, RootDirectory.Path);
        return { ref: id, attributes: { AccessPointId: id, Arn: fileSystems.accessPointArnOf(id) } };
      },
      async remove({ ref, properties }) {
        fileSystems.removeAccessPoint(String(properties.FileSystemId), ref);
      },
    },
    "AWS::EFS::MountTarget": {
      async play(resource) {
        const { FileSystemId } = readProperties(resource, mountTargetProperties);
        const id = physicalId(resource, "fsmt");
        fileSystems.putMountTarget(FileSystemId, id);
        return { ref: id, attributes: { Id: id, IpAddress: "127.0.0.1" } };
      },
      async remove({ ref, properties }) {
        fileSystems.removeMountTarget(String(properties.FileSystemId), ref);
      },
    },
  };
}

/** The same at every start: `fs-` and 17 hexadecimal digits. */
function physicalId({ logicalId, context }: ResourceToPlay, prefix: string): string {
  const digest = createHash("sha256").update(`${context.stackName} ${logicalId}`).digest("hex");
  return `${prefix}-${digest.slice(0, 17)}`;
}
