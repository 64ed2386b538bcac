import { arn, type Realm } from "../../wire/realm.ts";
import { passRoles } from "./pass-role.ts";
import {
  type ActionMapping,
  type ActionMappings,
  type Input,
  on,
  type Requirement,
  type ResourceFacts,
  tagContext,
} from "./requirement.ts";

const TASKS = "ecs-tasks.amazonaws.com";

const lastPart = (reference: string) => reference.slice(reference.lastIndexOf("/") + 1);
/** A call that names no cluster means `default`. */
const nameOf = (cluster: string | undefined) => lastPart(cluster ?? "default");
const clusterArn = (realm: Realm, cluster: string | undefined) =>
  arn(realm, "ecs", `cluster/${nameOf(cluster)}`);
/** A task's id names it within the call's cluster, its ARN anywhere. */
function taskArn(realm: Realm, cluster: string | undefined, task: string): string {
  return task.startsWith("arn:") ? task : arn(realm, "ecs", `task/${nameOf(cluster)}/${task}`);
}
/** A service is looked for in the call's cluster, even by an ARN of another. */
function serviceArn(realm: Realm, cluster: string | undefined, name: string): string {
  return arn(realm, "ecs", `service/${nameOf(cluster)}/${lastPart(name)}`);
}

const tags = (list: readonly { key: string; value?: string | undefined }[] | undefined) =>
  tagContext(Object.fromEntries((list ?? []).map(({ key, value }) => [key, value ?? ""])));

/** Tags given at creation need the right to tag what comes to be. (ECS, tagging resources during creation) */
function tagging(
  resource: string,
  action: string,
  given: readonly { key: string; value?: string | undefined }[] | undefined,
): readonly Requirement[] {
  if (!given || given.length === 0) return [];
  return on("ecs:TagResource", resource, { "ecs:CreateAction": action, ...tags(given) });
}

const onClusters: ActionMapping = ({ clusters }, { realm }) =>
  (clusters?.length > 0 ? clusters : [undefined]).flatMap((one: string | undefined) =>
    on("ecs:DescribeClusters", clusterArn(realm, one)),
  );

const onTasks =
  (action: string): ActionMapping =>
  ({ cluster, tasks = [], task }, { realm }) =>
    [...tasks, ...(task === undefined ? [] : [task])].flatMap((one: string) =>
      on(`ecs:${action}`, taskArn(realm, cluster, one), {
        "ecs:cluster": clusterArn(realm, cluster),
      }),
    );

/** A container instance's id names it within the call's cluster, its ARN anywhere. */
const onInstances =
  (action: string): ActionMapping =>
  ({ cluster, containerInstances = [] }, { realm }) =>
    containerInstances.flatMap((one: string) =>
      on(
        `ecs:${action}`,
        one.startsWith("arn:") ? one : arn(realm, "ecs", `container-instance/${nameOf(cluster)}/${one}`),
        { "ecs:cluster": clusterArn(realm, cluster) },
      ),
    );

const onServices =
  (action: string): ActionMapping =>
  ({ cluster, services = [], service }, { realm }) =>
    [...services, ...(service === undefined ? [] : [service])].flatMap((one: string) =>
      on(`ecs:${action}`, serviceArn(realm, cluster, one), {
        "ecs:cluster": clusterArn(realm, cluster),
      }),
    );

const without =
  (action: string): ActionMapping =>
  ({ cluster }, { realm }) =>
    on(
      `ecs:${action}`,
      "*",
      cluster === undefined ? undefined : { "ecs:cluster": clusterArn(realm, cluster) },
    );

const onResource =
  (action: string): ActionMapping =>
  ({ resourceArn, tags: given, tagKeys }) =>
    on(`ecs:${action}`, resourceArn, { ...tags(given), ...(tagKeys && { "aws:TagKeys": tagKeys }) });

/**
 * RunTask is asked about the task definition, of the revision that will run; the cluster is a condition.
 * Roles that the task gets are passed, overridden ones included.
 */
function runTask(input: Input, facts: ResourceFacts): readonly Requirement[] {
  const { realm } = facts;
  const found = facts.taskDefinition(input.taskDefinition);
  const overrides = input.overrides ?? {};
  const strategy: readonly { capacityProvider: string }[] = input.capacityProviderStrategy ?? [];
  return [
    ...on("ecs:RunTask", found?.taskDefinitionArn ?? taskDefinitionArn(realm, input.taskDefinition), {
      "ecs:cluster": clusterArn(realm, input.cluster),
      "ecs:enable-execute-command": String(input.enableExecuteCommand ?? false),
      "ecs:task-cpu": overrides.cpu,
      "ecs:task-memory": overrides.memory,
      "ecs:capacity-provider": strategy.length > 0 ? strategy.map((one) => one.capacityProvider) : undefined,
      ...tags(input.tags),
    }),
    ...passRoles(
      [overrides.taskRoleArn ?? found?.taskRoleArn, overrides.executionRoleArn ?? found?.executionRoleArn],
      TASKS,
    ),
    ...tagging(arn(realm, "ecs", `task/${nameOf(input.cluster)}/*`), "RunTask", input.tags),
  ];
}

function taskDefinitionArn(realm: Realm, reference: string): string {
  return reference.startsWith("arn:") ? reference : arn(realm, "ecs", `task-definition/${reference}`);
}

function service(action: "CreateService" | "UpdateService"): ActionMapping {
  return (input, facts) => {
    const { realm } = facts;
    const name = serviceArn(realm, input.cluster, input.serviceName ?? input.service);
    const definition =
      input.taskDefinition &&
      (facts.taskDefinition(input.taskDefinition)?.taskDefinitionArn ?? input.taskDefinition);
    return [
      ...on(`ecs:${action}`, name, {
        "ecs:cluster": clusterArn(realm, input.cluster),
        "ecs:task-definition": definition,
        "ecs:enable-execute-command":
          input.enableExecuteCommand === undefined ? undefined : String(input.enableExecuteCommand),
        ...tags(input.tags),
      }),
      ...tagging(name, action, input.tags),
    ];
  };
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
export const ecsActions: ActionMappings = {
  CreateCapacityProvider: ({ name, tags: given }, { realm }) => {
    const provider = arn(realm, "ecs", `capacity-provider/${name}`);
    return [
      ...on("ecs:CreateCapacityProvider", provider, tags(given)),
      ...tagging(provider, "CreateCapacityProvider", given),
    ];
  },
  CreateCluster: ({ clusterName, tags: given, capacityProviders }, { realm }) => {
    const cluster = clusterArn(realm, clusterName);
    return [
      ...on("ecs:CreateCluster", cluster, { ...tags(given), "ecs:capacity-provider": capacityProviders }),
      ...tagging(cluster, "CreateCluster", given),
    ];
  },
  CreateService: service("CreateService"),
  DeleteService: onServices("DeleteService"),
  DeregisterTaskDefinition: () => on("ecs:DeregisterTaskDefinition", "*"),
  DescribeCapacityProviders: ({ capacityProviders }, { realm }) =>
    (capacityProviders?.length > 0 ? capacityProviders : ["*"]).flatMap((one: string) =>
      on("ecs:DescribeCapacityProviders", arn(realm, "ecs", `capacity-provider/${lastPart(one)}`)),
    ),
  DescribeClusters: onClusters,
  DescribeContainerInstances: onInstances("DescribeContainerInstances"),
  DescribeServices: onServices("DescribeServices"),
  DescribeTaskDefinition: () => on("ecs:DescribeTaskDefinition", "*"),
  DescribeTasks: onTasks("DescribeTasks"),
  GetTaskProtection: ({ cluster, tasks }, facts) =>
    onTasks("GetTaskProtection")({ cluster, tasks: tasks?.length > 0 ? tasks : ["*"] }, facts),
  ListClusters: () => on("ecs:ListClusters", "*"),
  ListContainerInstances: ({ cluster }, { realm }) =>
    on("ecs:ListContainerInstances", clusterArn(realm, cluster)),
  ListServices: ({ cluster }, { realm }) =>
    on("ecs:ListServices", "*", { "ecs:cluster": clusterArn(realm, cluster) }),
  ListTagsForResource: onResource("ListTagsForResource"),
  ListTaskDefinitionFamilies: without("ListTaskDefinitionFamilies"),
  ListTaskDefinitions: without("ListTaskDefinitions"),
  ListTasks: ({ cluster }, { realm }) =>
    on("ecs:ListTasks", arn(realm, "ecs", `container-instance/${nameOf(cluster)}/*`), {
      "ecs:cluster": clusterArn(realm, cluster),
    }),
  PutClusterCapacityProviders: ({ cluster, capacityProviders }, { realm }) =>
    on("ecs:PutClusterCapacityProviders", clusterArn(realm, cluster), {
      "ecs:capacity-provider": capacityProviders,
    }),
  RegisterTaskDefinition: (
    { family, taskRoleArn, executionRoleArn, cpu, memory, tags: given },
    { realm },
  ) => {
    const definition = arn(realm, "ecs", `task-definition/${family}:*`);
    return [
      ...on("ecs:RegisterTaskDefinition", definition, {
        "ecs:task-cpu": cpu,
        "ecs:task-memory": memory,
        ...tags(given),
      }),
      ...passRoles([taskRoleArn, executionRoleArn], TASKS),
      ...tagging(definition, "RegisterTaskDefinition", given),
    ];
  },
  RunTask: runTask,
  StopTask: onTasks("StopTask"),
  TagResource: onResource("TagResource"),
  UntagResource: onResource("UntagResource"),
  UpdateContainerInstancesState: onInstances("UpdateContainerInstancesState"),
  UpdateService: service("UpdateService"),
  UpdateTaskProtection: onTasks("UpdateTaskProtection"),
};
