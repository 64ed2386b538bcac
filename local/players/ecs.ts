import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { Ecs } from "../ecs/create-ecs.ts";
import {
  capacityProviderAssociationsFromTemplate,
  capacityProviderFromTemplate,
  clusterFromTemplate,
  serviceFromTemplate,
  taskDefinitionFromTemplate,
} from "../ecs/from-template.ts";

/** `AWS::ECS::*`. Everything is kept over restarts, so that what is as wanted is left alone. */
export function ecsPlayers(ecs: Ecs): Record<string, ResourcePlayer> {
  return {
    "AWS::ECS::Cluster": {
      async play(resource) {
        const input = clusterFromTemplate(resource.properties, resource.physicalName());
        const { clusterArn, clusterName } = ecs.applyCluster(input);
        return { ref: clusterName, attributes: { Arn: clusterArn } };
      },
      remove: async ({ ref }) => ecs.deleteCluster(ref),
    },
    "AWS::ECS::ClusterCapacityProviderAssociations": {
      async play(resource) {
        const input = capacityProviderAssociationsFromTemplate(resource.properties);
        ecs.putClusterCapacityProviders(input);
        return { ref: String(input.cluster), attributes: {} };
      },
      async remove({ ref }) {
        ecs.putClusterCapacityProviders({
          cluster: ref,
          capacityProviders: [],
          defaultCapacityProviderStrategy: [],
        });
      },
    },
    "AWS::ECS::CapacityProvider": {
      async play(resource) {
        const input = capacityProviderFromTemplate(resource.properties, resource.physicalName());
        return { ref: ecs.createCapacityProvider(input).name, attributes: {} };
      },
      remove: async ({ ref }) => ecs.deleteCapacityProvider(ref),
    },
    "AWS::ECS::TaskDefinition": {
      async play(resource) {
        const input = taskDefinitionFromTemplate(resource.properties, resource.physicalName());
        const { taskDefinitionArn } = ecs.applyTaskDefinition(input);
        return { ref: taskDefinitionArn, attributes: { TaskDefinitionArn: taskDefinitionArn } };
      },
      remove: async ({ ref }) => ecs.deregisterTaskDefinition(ref),
    },
    "AWS::ECS::Service": {
      async play(resource) {
        const input = serviceFromTemplate(resource.properties, resource.physicalName());
        const { serviceArn, serviceName } = ecs.applyService(input);
        return { ref: serviceArn, attributes: { ServiceArn: serviceArn, Name: serviceName } };
      },
      remove: async ({ ref }) =>
        ecs.deleteService({ service: ref, cluster: ref.split("/").at(-2), force: true }),
    },
  };
}
