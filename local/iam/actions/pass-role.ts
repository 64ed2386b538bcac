import { on, type Requirement } from "./requirement.ts";

/** Handing a role to a service is an action on the role. (IAM user guide, passing a role to an AWS service) */
export function passRoles(
  roleArns: readonly (string | undefined)[],
  service: string,
): readonly Requirement[] {
  const distinct = new Set(roleArns.filter((roleArn) => roleArn !== undefined));
  return [...distinct].flatMap((roleArn) => on("iam:PassRole", roleArn, { "iam:PassedToService": service }));
}
