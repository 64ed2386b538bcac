import type { Tag } from "../model.ts";

/** The tags that a task starts with: its own first, then propagated ones, then those that ECS manages. */
export function taskTags(input: {
  readonly own?: readonly Tag[] | undefined;
  readonly propagated?: readonly Tag[] | undefined;
  readonly managed: boolean;
  readonly clusterName: string;
  readonly serviceName?: string | undefined;
}): Tag[] {
  const managed = input.managed
    ? [
        { key: "aws:ecs:clusterName", value: input.clusterName },
        ...(input.serviceName === undefined
          ? []
          : [{ key: "aws:ecs:serviceName", value: input.serviceName }]),
      ]
    : [];
  const byKey = new Map<string, Tag>();
  for (const tag of [...(input.own ?? []), ...(input.propagated ?? []), ...managed]) {
    if (!byKey.has(tag.key)) byKey.set(tag.key, tag);
  }
  return [...byKey.values()];
}
