import { AwsError } from "../../wire/aws-error.ts";
import { clientError } from "../errors.ts";
import type { Overrides, TaskDefinition } from "../model.ts";
import type { EcsOptions } from "../options.ts";

/** Both roles of a task must let ECS take them on, or no task is made. @throws AwsError ClientException */
export function checkRoles(
  { takeOn }: Pick<EcsOptions, "takeOn">,
  definition: Pick<TaskDefinition, "taskRoleArn" | "executionRoleArn">,
  overrides: Pick<Overrides, "taskRoleArn" | "executionRoleArn">,
): void {
  const roles = [
    overrides.taskRoleArn ?? definition.taskRoleArn,
    overrides.executionRoleArn ?? definition.executionRoleArn,
  ];
  for (const roleArn of roles) {
    if (roleArn === undefined) continue;
    try {
      takeOn?.(roleArn);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // In the words of ECS, which do not say why; the runtime's log does.
      throw clientError(
        `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role ` +
          "being passed has the proper trust relationship and permissions and that your IAM user has permissions to " +
          "pass this role.",
      );
    }
  }
}
