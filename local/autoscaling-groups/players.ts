import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import { groupFromTemplate, launchTemplateFromTemplate } from "./from-template.ts";
import type { AutoScalingGroups } from "./groups.ts";

/** `AWS::EC2::LaunchTemplate`, `AWS::AutoScaling::AutoScalingGroup`. */
export function autoScalingGroupPlayers(groups: AutoScalingGroups): Record<string, ResourcePlayer> {
  return {
    "AWS::EC2::LaunchTemplate": {
      async play(resource) {
        const properties = launchTemplateFromTemplate(resource.properties);
        const name = properties.LaunchTemplateName ?? resource.physicalName();
        const { id, version } = groups.applyLaunchTemplate(name, properties);
        return {
          ref: id,
          attributes: {
            LaunchTemplateId: id,
            LatestVersionNumber: String(version),
            DefaultVersionNumber: "1",
          },
        };
      },
      remove: async ({ ref }) => groups.deleteLaunchTemplate(ref),
    },
    "AWS::AutoScaling::AutoScalingGroup": {
      async play(resource) {
        const properties = groupFromTemplate(resource.properties);
        const name = properties.AutoScalingGroupName ?? resource.physicalName();
        const { arn } = groups.applyGroup(name, properties);
        return { ref: name, attributes: { AutoScalingGroupARN: arn } };
      },
      remove: async ({ ref }) => groups.deleteGroup(ref),
    },
  };
}
