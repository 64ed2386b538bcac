import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { EcsOptions } from "../../../../local/ecs/options.ts";
import { FileSystems } from "../../../../local/efs/file-systems.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, type Realm } from "../../../../local/wire/realm.ts";
import { type EcsServer, startEcsServer } from "../support/ecs-server.ts";
import { efsWithAccessPoint } from "../support/efs.ts";
import { container, reached, register, run, shellImage } from "../support/tasks.ts";

const TASK = "arn:aws:iam::000000000000:role/task";
const FILE_SYSTEM = "arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/fs-1";
const ACCESS_POINT = "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-1";

interface Volume {
  readonly fileSystemId?: string;
  readonly accessPointId?: string;
  readonly iam?: "ENABLED" | "DISABLED";
  readonly transitEncryption?: "ENABLED" | "DISABLED";
}

/** Runs a task that writes to its volume, to its end. */
async function runWith(server: EcsServer, volume: Volume = {}) {
  const {
    fileSystemId = "fs-1",
    accessPointId = "fsap-1",
    iam = "ENABLED",
    transitEncryption = "ENABLED",
  } = volume;
  const image = shellImage(server, "writes", 'echo kept > "$WHERE/file"');
  const definition = await register(
    server,
    "writes",
    [
      container(image, {
        environment: [{ name: "WHERE", value: "/mnt/shared" }],
        mountPoints: [{ sourceVolume: "work", containerPath: "/mnt/shared" }],
      }),
    ],
    {
      taskRoleArn: TASK,
      volumes: [
        {
          name: "work",
          efsVolumeConfiguration: {
            fileSystemId,
            transitEncryption,
            authorizationConfig: { accessPointId, iam },
          },
        },
      ],
    },
  );
  return reached(server, await run(server, definition), "STOPPED");
}

test("a volume is the folder of its access point, below its file system's", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "efs-"));
  await using server = await startEcsServer({
    fileSystems: efsWithAccessPoint("fs-1", "fsap-1", { directory }),
  });
  expect(await runWith(server)).toMatchObject({ stopCode: "EssentialContainerExited" });
  expect(readFileSync(path.join(directory, "fs-1", "shared", "file"), "utf8")).toBe("kept\n");
});

test("the task role is asked for the mount and for writing, with the access point and the way it comes", async () => {
  const asked: Parameters<NonNullable<EcsOptions["refusal"]>>[] = [];
  const refusal: EcsOptions["refusal"] = (...question) => {
    asked.push(question);
    return undefined;
  };
  await using server = await startEcsServer({ refusal, fileSystems: efsWithAccessPoint("fs-1", "fsap-1") });
  await runWith(server, { transitEncryption: "DISABLED" });
  const ofEfs = asked.filter(([, , { action }]) => action.startsWith("elasticfilesystem:"));
  const context = {
    "aws:SecureTransport": "false",
    "elasticfilesystem:AccessedViaMountTarget": "true",
    "elasticfilesystem:AccessPointArn": ACCESS_POINT,
  };
  expect(ofEfs.map(([role, , required]) => [role, required])).toEqual([
    [TASK, { action: "elasticfilesystem:ClientMount", resource: FILE_SYSTEM, context }],
    [TASK, { action: "elasticfilesystem:ClientWrite", resource: FILE_SYSTEM, context }],
  ]);
});

test.each([
  ["whose role may not mount it", {}, /access denied by server while mounting .*fs-1: may not/],
  ["that does not say who it is, of a file system with a policy", { iam: "DISABLED" }, /does not use IAM/],
  ["of an unknown file system", { fileSystemId: "fs-2" }, /Failed to resolve "fs-2\.efs\.us-east-1/],
  ["of an unknown access point", { accessPointId: "fsap-2" }, /fsap-2: no such access point/],
] as const)("a task %s does not start", async (_, volume, reason) => {
  const fileSystems = efsWithAccessPoint("fs-1", "fsap-1", { policy: { Statement: [] } });
  const refusal: EcsOptions["refusal"] = (_role, _session, { action }) =>
    action === "elasticfilesystem:ClientMount" ? "may not" : undefined;
  await using server = await startEcsServer({ refusal, fileSystems });
  const { stopCode, stoppedReason } = await runWith(server, volume);
  expect(stopCode).toBe("TaskFailedToStart");
  expect(stoppedReason).toMatch(/^ResourceInitializationError: failed to invoke EFS utils commands/);
  expect(stoppedReason).toMatch(reason);
});

test("a file system without a mount target is not reached; one that is removed takes its files along", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "efs-"));
  const realm: Realm = {
    partition: "aws",
    accountId: LOCAL_ACCOUNT_ID,
    region: LOCAL_REGION,
    endpoint: "http://localhost",
  };
  const fileSystems = new FileSystems(realm, directory);
  fileSystems.put("fs-1", undefined);
  expect(() => fileSystems.locate({ fileSystemId: "fs-1" })).toThrow(/mount target/);
  fileSystems.putMountTarget("fs-1", "fsmt-1");
  const { path: root } = fileSystems.locate({ fileSystemId: "fs-1", rootDirectory: "/../../etc" });
  expect(root).toBe(path.join(directory, "fs-1", "etc"));
  fileSystems.remove("fs-1");
  expect(existsSync(path.join(directory, "fs-1"))).toBe(false);
});
