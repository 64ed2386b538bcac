import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readable, referencesIn, resourcesOf } from "./resources.ts";
import { synthesize } from "./synthesize.ts";

const { template } = synthesize({
  settings: { efsInfrequentAfterDays: 30, efsBackup: "on", keepDownloadsAboveMiB: 1024 },
});
const of = (type: string) => resourcesOf(template, type);

/** Of scratch space, which every task has, nothing is said here. */
const definition = z.looseObject({
  Volumes: z
    .array(z.looseObject({ Name: z.string(), EFSVolumeConfiguration: z.unknown().optional() }))
    .default([])
    .transform((volumes) => volumes.filter(({ EFSVolumeConfiguration: efs }) => efs !== undefined)),
  ContainerDefinitions: z.array(
    z.looseObject({
      MountPoints: z
        .array(z.object({ ContainerPath: z.string(), ReadOnly: z.boolean() }).loose())
        .default([])
        .transform((mounts) => mounts.filter(({ ContainerPath }) => ContainerPath !== "/tmp")),
      Environment: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
    }),
  ),
});

describe("the file system", () => {
  it("is encrypted, elastic, and does with old files and copies what the configuration says", () => {
    template.hasResourceProperties("AWS::EFS::FileSystem", {
      Encrypted: true,
      ThroughputMode: "elastic",
      LifecyclePolicies: [
        { TransitionToIA: "AFTER_30_DAYS" },
        { TransitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
      ],
      BackupPolicy: { Status: "ENABLED" },
    });
  });

  it("is reached over TLS alone, in every zone, from tasks alone", () => {
    const [[, { Properties }] = expect.fail("no file system")] = of("AWS::EFS::FileSystem");
    expect(Properties.FileSystemPolicy).toMatchObject({
      Statement: [
        {
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
    expect(of("AWS::EFS::MountTarget")).toHaveLength(2);
    const ingress = of("AWS::EC2::SecurityGroupIngress").filter(([, one]) => one.Properties.ToPort === 2049);
    expect(
      ingress.map(([, one]) => referencesIn(one.Properties.SourceSecurityGroupId).map(readable)),
    ).toEqual(expect.arrayContaining([["PlatformTasks"], ["ConsoleServiceSecurityGroup"]]));
    expect(ingress).toHaveLength(2);
  });

  it("is mounted by tasks that process and by the batch, through the access point, as the images' own user", () => {
    template.hasResourceProperties("AWS::EFS::AccessPoint", {
      PosixUser: { Uid: "1000", Gid: "1000" },
      RootDirectory: { Path: "/checkpoints" },
    });
    const mounting = of("AWS::ECS::TaskDefinition").flatMap(([id, { Properties }]) => {
      const { Volumes, ContainerDefinitions } = definition.parse(Properties);
      const [container] = ContainerDefinitions;
      // The console's is its own.
      if (Volumes.length === 0 || id.startsWith("Console")) return [];
      expect(Volumes[0]?.EFSVolumeConfiguration).toMatchObject({
        TransitEncryption: "ENABLED",
        AuthorizationConfig: { IAM: "ENABLED" },
      });
      expect(container?.MountPoints).toMatchObject([{ ContainerPath: "/mnt/checkpoints", ReadOnly: false }]);
      expect(container?.Environment).toContainEqual({
        Name: "LONGSHORE_CHECKPOINT_DIR",
        Value: "/mnt/checkpoints",
      });
      return [readable(id)];
    });
    expect(mounting.sort()).toEqual([
      "HourlyBatchDefinition",
      "QueueWorkersWorkerDefinition",
      "UploadProcessingProcessorDefinition",
    ]);
  });

  it("is mounted by the console for uploads in parts, through an access point of their own", () => {
    template.hasResourceProperties("AWS::EFS::AccessPoint", { RootDirectory: { Path: "/uploads" } });
    const [task] = of("AWS::ECS::TaskDefinition").filter(([id]) => id.startsWith("Console"));
    const [container] = definition.parse(task?.[1].Properties).ContainerDefinitions;
    expect(container?.MountPoints).toMatchObject([{ ContainerPath: "/mnt/uploads", ReadOnly: false }]);
    expect(container?.Environment).toContainEqual({ Name: "UPLOAD_STAGING", Value: "/mnt/uploads" });
  });

  it("is there before the workers are", () => {
    const [service] = of("AWS::ECS::Service").filter(([id]) => id.startsWith("QueueWorkers"));
    const targets = of("AWS::EFS::MountTarget").map(([id]) => id);
    expect(service?.[1].DependsOn).toEqual(expect.arrayContaining(targets));
  });

  it("is left out when the configuration says so", () => {
    const without = synthesize({ settings: { efs: "off" } }).template;
    expect(resourcesOf(without, "AWS::EFS::FileSystem")).toEqual([]);
    expect(JSON.stringify(without.toJSON())).not.toContain("LONGSHORE_CHECKPOINT_DIR");
  });
});
