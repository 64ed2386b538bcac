import { z } from "zod";
import type { EcsContext } from "../context.ts";
import { clientError, invalidParameter } from "../errors.ts";
import type { Tag } from "../model.ts";
import { lastSegment } from "../names.ts";
import { tagsSchema } from "../schemas/common.ts";

const MAX_TAGS = 50;

interface Tagged {
  tags(): Tag[];
  set(tags: Tag[]): void;
}

export const listTagsSchema = z.strictObject({ resourceArn: z.string() });

export function listTagsForResource(ecs: EcsContext, input: z.output<typeof listTagsSchema>) {
  return { tags: find(ecs, input.resourceArn).tags() };
}

export const tagResourceSchema = z.strictObject({ resourceArn: z.string(), tags: tagsSchema });

export function tagResource(ecs: EcsContext, input: z.output<typeof tagResourceSchema>) {
  const resource = find(ecs, input.resourceArn);
  const merged = new Map([...resource.tags(), ...input.tags].map((tag) => [tag.key, tag]));
  if (merged.size > MAX_TAGS) throw invalidParameter(`A resource can have at most ${MAX_TAGS} tags.`);
  resource.set([...merged.values()]);
  return {};
}

export const untagResourceSchema = z.strictObject({
  resourceArn: z.string(),
  tagKeys: z.array(z.string()),
});

export function untagResource(ecs: EcsContext, input: z.output<typeof untagResourceSchema>) {
  const resource = find(ecs, input.resourceArn);
  resource.set(resource.tags().filter((tag) => !input.tagKeys.includes(tag.key)));
  return {};
}

function find(ecs: EcsContext, resourceArn: string): Tagged {
  const kind = resourceArn.split(":")[5]?.split("/")[0];
  const table =
    kind === "cluster"
      ? tagged(ecs.clusters, lastSegment(resourceArn))
      : kind === "capacity-provider"
        ? tagged(ecs.capacityProviders, lastSegment(resourceArn))
        : kind === "task-definition"
          ? tagged(ecs.taskDefinitions, resourceArn)
          : kind === "service"
            ? tagged(ecs.services, resourceArn)
            : kind === "task"
              ? taggedTask(ecs, resourceArn)
              : undefined;
  if (!table) throw clientError(`The specified resource was not found: ${resourceArn}`);
  return table;
}

function tagged<Document extends { tags: Tag[] }>(
  table: { get(key: string): Document | undefined; put(document: Document): void },
  key: string,
): Tagged | undefined {
  const document = table.get(key);
  return (
    document && {
      tags: () => document.tags,
      set(tags) {
        document.tags = tags;
        table.put(document);
      },
    }
  );
}

function taggedTask(ecs: EcsContext, taskArn: string): Tagged | undefined {
  const task = ecs.tasks.get(taskArn);
  return task && { tags: () => task.tags, set: (tags) => ecs.tasks.amend(task, { tags }) };
}
