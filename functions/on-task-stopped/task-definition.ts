import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";

/** What a stopped task's event leaves out of its containers. */
export interface DefinedContainer {
  readonly name: string;
  readonly essential: boolean;
  readonly image: string | undefined;
  /** Where the awslogs driver writes; undefined with another driver. */
  readonly log: { readonly group: string; readonly streamPrefix: string | undefined } | undefined;
  /** @default Docker's own */
  readonly logDriver?: string | undefined;
}

export type ReadTaskDefinition = (taskDefinitionArn: string) => Promise<readonly DefinedContainer[]>;

/** Reads task definitions, each once: a revision never changes. */
export function taskDefinitionReader(ecs: Pick<ECSClient, "send"> = new ECSClient({})): ReadTaskDefinition {
  const known = new Map<string, readonly DefinedContainer[]>();
  return async (taskDefinitionArn) => {
    const before = known.get(taskDefinitionArn);
    if (before) return before;
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }),
    );
    const containers = (taskDefinition?.containerDefinitions ?? []).map(
      ({ name = "", essential = true, image, logConfiguration }) => {
        const group = logConfiguration?.options?.["awslogs-group"];
        const streamPrefix = logConfiguration?.options?.["awslogs-stream-prefix"];
        const log =
          logConfiguration?.logDriver === "awslogs" && group !== undefined
            ? { group, streamPrefix }
            : undefined;
        return { name, essential, image, log, logDriver: logConfiguration?.logDriver };
      },
    );
    known.set(taskDefinitionArn, containers);
    return containers;
  };
}
