import { jsonService } from "../wire/json-service.ts";
import { type Operation, operation } from "../wire/operation.ts";
import type { GatewayService } from "../wire/service.ts";
import type { EcsContext } from "./context.ts";
import * as clusters from "./operations/clusters.ts";
import * as instances from "./operations/container-instances.ts";
import { runTask } from "./operations/run-task.ts";
import * as services from "./operations/services.ts";
import * as tags from "./operations/tags.ts";
import * as definitions from "./operations/task-definitions.ts";
import * as protection from "./operations/task-protection.ts";
import * as tasks from "./operations/tasks.ts";
import { runTaskSchema } from "./schemas/run-task.ts";
import { createServiceSchema, updateServiceSchema } from "./schemas/service.ts";
import { registerTaskDefinitionSchema } from "./schemas/task-definition.ts";

const define = operation<EcsContext>();

/** Every operation of the ECS API that is played. */
export const ecsOperations: Readonly<Record<string, Operation<EcsContext>>> = {
  CreateCapacityProvider: define(clusters.createCapacityProviderSchema, clusters.createCapacityProvider),
  CreateCluster: define(clusters.createClusterSchema, clusters.createCluster),
  CreateService: define(createServiceSchema, services.createService),
  DescribeContainerInstances: define(
    instances.describeContainerInstancesSchema,
    instances.describeContainerInstances,
  ),
  DeleteService: define(services.deleteServiceSchema, services.deleteService),
  DeregisterTaskDefinition: define(
    definitions.deregisterTaskDefinitionSchema,
    definitions.deregisterTaskDefinition,
  ),
  DescribeCapacityProviders: define(
    clusters.describeCapacityProvidersSchema,
    clusters.describeCapacityProviders,
  ),
  DescribeClusters: define(clusters.describeClustersSchema, clusters.describeClusters),
  DescribeServices: define(services.describeServicesSchema, services.describeServices),
  DescribeTaskDefinition: define(definitions.taskDefinitionSchema, definitions.describeTaskDefinition),
  DescribeTasks: define(tasks.describeTasksSchema, tasks.describeTasks),
  GetTaskProtection: define(protection.getTaskProtectionSchema, protection.getTaskProtection),
  ListClusters: define(clusters.listClustersSchema, clusters.listClusters),
  ListContainerInstances: define(instances.listContainerInstancesSchema, instances.listContainerInstances),
  ListServices: define(services.listServicesSchema, services.listServices),
  ListTagsForResource: define(tags.listTagsSchema, tags.listTagsForResource),
  ListTaskDefinitionFamilies: define(definitions.listFamiliesSchema, definitions.listTaskDefinitionFamilies),
  ListTaskDefinitions: define(definitions.listTaskDefinitionsSchema, definitions.listTaskDefinitions),
  ListTasks: define(tasks.listTasksSchema, tasks.listTasks),
  PutClusterCapacityProviders: define(
    clusters.putClusterCapacityProvidersSchema,
    clusters.putClusterCapacityProviders,
  ),
  RegisterTaskDefinition: define(registerTaskDefinitionSchema, definitions.registerTaskDefinition),
  RunTask: define(runTaskSchema, runTask),
  StopTask: define(tasks.stopTaskSchema, tasks.stopTask),
  TagResource: define(tags.tagResourceSchema, tags.tagResource),
  UntagResource: define(tags.untagResourceSchema, tags.untagResource),
  UpdateContainerInstancesState: define(
    instances.updateContainerInstancesStateSchema,
    instances.updateContainerInstancesState,
  ),
  UpdateService: define(updateServiceSchema, services.updateService),
  UpdateTaskProtection: define(protection.updateTaskProtectionSchema, protection.updateTaskProtection),
};

export function ecsGatewayService(ecs: EcsContext): GatewayService {
  return jsonService({
    signingNames: ["ecs"],
    targetPrefix: "AmazonEC2ContainerServiceV20141113",
    version: "1.1",
    validationCode: "InvalidParameterException",
    service: ecs,
    operations: ecsOperations,
  });
}
