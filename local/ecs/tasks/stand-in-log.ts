import type { ContainerDefinition, TaskDefinition } from "../model.ts";

/**
 * Log drivers whose destinations are none of this machine's: what they would send is kept in a log group of the local
 * run instead, where it can be read. No secret of theirs is read and no execution role is asked.
 */
const STOOD_IN: ReadonlySet<string> = new Set(["splunk", "awsfirelens"]);

/** The log group that stands in for a container's log driver; undefined where the driver is played. */
export function standInGroup({
  logConfiguration,
}: Pick<ContainerDefinition, "logConfiguration">): string | undefined {
  const driver = logConfiguration?.logDriver;
  return driver !== undefined && STOOD_IN.has(driver) ? `/local/${driver}` : undefined;
}

/** FireLens routers are not started: there is nothing for them to route. */
export function isLogRouter({
  firelensConfiguration,
}: Pick<ContainerDefinition, "firelensConfiguration">): boolean {
  return firelensConfiguration !== undefined;
}

/** What is said of a task definition whose logs are stood in for. */
export function standInNotices({
  family,
  containerDefinitions,
}: Pick<TaskDefinition, "family" | "containerDefinitions">): string[] {
  return containerDefinitions.flatMap((container) => {
    const group = standInGroup(container);
    return [
      ...(group === undefined
        ? []
        : [
            `ecs: ${family}: not played: log driver ${container.logConfiguration?.logDriver}; the output of ${container.name} is in the log group ${group}`,
          ]),
      ...(isLogRouter(container)
        ? [`ecs: ${family}: not played: the log router ${container.name} is not started`]
        : []),
    ];
  });
}
