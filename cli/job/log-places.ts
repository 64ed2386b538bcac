import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListTaskDefinitionFamilies,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";

/** A log stream. */
export interface LogPlace {
  readonly group: string;
  readonly stream: string;
}

/**
 * Where the containers of a task write. ECS knows a task for an hour after its end; of an older one every family's
 * places are given, of which one exists.
 */
export async function logPlaces(ecs: ECSClient, cluster: string, taskArn: string): Promise<LogPlace[]> {
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
  const known = tasks[0]?.taskDefinitionArn;
  const definitions = known === undefined ? await activeFamilies(ecs) : [known];
  const described = await Promise.all(definitions.map((definition) => describe(ecs, definition)));
  return described.flatMap((definition) => placesIn(definition, taskArn));
}

async function activeFamilies(ecs: ECSClient): Promise<string[]> {
  const families: string[] = [];
  const pages = paginateListTaskDefinitionFamilies({ client: ecs }, { status: "ACTIVE", maxResults: 100 });
  for await (const page of pages) families.push(...(page.families ?? []));
  return families;
}

async function describe(ecs: ECSClient, taskDefinition: string): Promise<TaskDefinition | undefined> {
  return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
}

/** The awslogs driver names a stream `prefix/container/task-id`. Source: ECS developer guide, "Send Amazon ECS logs to CloudWatch". */
function placesIn(definition: TaskDefinition | undefined, taskArn: string): LogPlace[] {
  return (definition?.containerDefinitions ?? []).flatMap(({ name, logConfiguration }) => {
    const group = logConfiguration?.options?.["awslogs-group"];
    const prefix = logConfiguration?.options?.["awslogs-stream-prefix"];
    return group === undefined || prefix === undefined
      ? []
      : [{ group, stream: `${prefix}/${name}/${taskArn.split("/").at(-1)}` }];
  });
}
