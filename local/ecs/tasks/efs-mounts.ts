import { type LocatedVolume, MountError } from "../../efs/file-systems.ts";
import type { Task, TaskDefinition } from "../model.ts";
import { lastSegment } from "../names.ts";
import type { EcsOptions } from "../options.ts";

type Volume = TaskDefinition["volumes"][number];

/**
 * Whether a task may mount the EFS volumes that its containers use: the file system is there and reachable, and, with IAM
 * authorization, the task role may.
 * @throws Error whose message is the task's stopped reason, as ECS words it
 */
export function checkEfsMounts(
  ecs: Pick<EcsOptions, "fileSystems" | "refusal">,
  { task, definition }: { readonly task: Task; readonly definition: TaskDefinition },
): void {
  const used = new Map<string, { readonly writes: boolean }>();
  for (const { sourceVolume, readOnly } of definition.containerDefinitions.flatMap(
    (one) => one.mountPoints,
  )) {
    used.set(sourceVolume, { writes: used.get(sourceVolume)?.writes || !readOnly });
  }
  for (const volume of definition.volumes) {
    const use = used.get(volume.name);
    if (use) checkVolume(ecs, task, definition, volume, use.writes);
  }
}

function checkVolume(
  ecs: Pick<EcsOptions, "fileSystems" | "refusal">,
  task: Task,
  definition: TaskDefinition,
  { efsVolumeConfiguration: efs }: Volume,
  writes: boolean,
): void {
  if (!efs) return;
  try {
    if (!ecs.fileSystems) throw new MountError(`there is no file system ${efs.fileSystemId}`);
    const located = ecs.fileSystems.locate({ ...efs, accessPointId: efs.authorizationConfig?.accessPointId });
    const byIam = efs.authorizationConfig?.iam === "ENABLED";
    if (!byIam && located.hasPolicy) throw denied(located, "the volume does not use IAM authorization");
    if (!byIam || !ecs.refusal) return;
    const roleArn = task.overrides.taskRoleArn ?? definition.taskRoleArn;
    if (roleArn === undefined) throw denied(located, "the task has no task role");
    const actions = ["elasticfilesystem:ClientMount", ...(writes ? ["elasticfilesystem:ClientWrite"] : [])];
    for (const action of actions) {
      const refusal = ecs.refusal(roleArn, lastSegment(task.taskArn), {
        action,
        resource: located.fileSystemArn,
        context: {
          "aws:SecureTransport": String(efs.transitEncryption === "ENABLED"),
          "elasticfilesystem:AccessedViaMountTarget": "true",
          ...(located.accessPointArn && { "elasticfilesystem:AccessPointArn": located.accessPointArn }),
        },
      });
      if (refusal !== undefined) throw denied(located, refusal);
    }
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    throw new Error(
      "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: " +
        `stderr: ${error.message} : unsuccessful EFS utils command execution; code: 32`,
      { cause: error },
    );
  }
}

function denied({ fileSystemArn }: LocatedVolume, why: string): MountError {
  return new MountError(`mount.nfs4: access denied by server while mounting ${fileSystemArn}: ${why}`);
}
