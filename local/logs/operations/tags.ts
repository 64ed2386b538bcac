import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { tagKey } from "../../wire/tag-key.ts";
import type { LogEngine } from "../log-engine.ts";
import { groupOfArn } from "../names.ts";

const MAX_TAGS = 50;

export const tagMap = z
  .record(tagKey, z.string().max(256))
  .refine((tags) => Object.keys(tags).length <= MAX_TAGS, { error: `at most ${MAX_TAGS} tags` });

const resource = { resourceArn: z.string().min(1).max(1011) };

export const tagResourceSchema = z.strictObject({ ...resource, tags: tagMap });

export function tagResource(engine: LogEngine, input: z.output<typeof tagResourceSchema>): void {
  const { name, tags } = taggedGroup(engine, input.resourceArn);
  const all = { ...tags, ...input.tags };
  if (Object.keys(all).length > MAX_TAGS) {
    throw new AwsError("TooManyTagsException", `A resource can have no more than ${MAX_TAGS} tags.`, {
      members: { resourceName: input.resourceArn },
    });
  }
  engine.setTags(name, all);
}

export const untagResourceSchema = z.strictObject({
  ...resource,
  tagKeys: z.array(z.string()).max(MAX_TAGS),
});

export function untagResource(engine: LogEngine, input: z.output<typeof untagResourceSchema>): void {
  const { name, tags } = taggedGroup(engine, input.resourceArn);
  const kept = Object.entries(tags).filter(([key]) => !input.tagKeys.includes(key));
  engine.setTags(name, Object.fromEntries(kept));
}

export const listTagsForResourceSchema = z.strictObject(resource);

export function listTagsForResource(engine: LogEngine, input: z.output<typeof listTagsForResourceSchema>) {
  return { tags: taggedGroup(engine, input.resourceArn).tags };
}

function taggedGroup(engine: LogEngine, resourceArn: string) {
  return engine.store.groups.get(groupOfArn(engine.realm, resourceArn));
}
