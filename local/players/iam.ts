import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { Roles } from "../iam/roles.ts";

/** Roles and policies are read anew at each start, so that there is nothing to remove. */
const remove = async () => {};

/** `AWS::IAM::*`. */
export function rolePlayers(roles: Roles): Record<string, ResourcePlayer> {
  return {
    "AWS::IAM::Role": {
      async play({ properties, physicalName }) {
        const { name, arn, id } = roles.putRole(properties, physicalName());
        return { ref: name, attributes: { Arn: arn, RoleId: id } };
      },
      remove,
    },
    "AWS::IAM::Policy": {
      async play({ properties, physicalName }) {
        return { ref: roles.putPolicy(properties, physicalName()).name, attributes: {} };
      },
      remove,
    },
    "AWS::IAM::ManagedPolicy": {
      async play({ properties, physicalName }) {
        const { arn } = roles.putManagedPolicy(properties, physicalName());
        return { ref: arn, attributes: { PolicyArn: arn } };
      },
      remove,
    },
    "AWS::IAM::InstanceProfile": {
      async play({ properties, physicalName }) {
        const { name, arn } = roles.putInstanceProfile(properties, physicalName());
        return { ref: name, attributes: { Arn: arn } };
      },
      remove,
    },
  };
}
