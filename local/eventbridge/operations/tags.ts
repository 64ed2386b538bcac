import { z } from "zod";
import { operation } from "../../wire/operation.ts";
import { tagKey } from "../../wire/tag-key.ts";
import { DEFAULT_BUS, type EventBridgeContext, invalid, requireBus, requireRule } from "../context.ts";

const define = operation<EventBridgeContext>();

export const tagList = z.array(z.strictObject({ Key: tagKey, Value: z.string().max(256) }));

const resource = { ResourceARN: z.string().min(1).max(1600) };

export const ListTagsForResource = define(z.strictObject(resource), (context, input) => ({
  Tags: context.tags.list(requireResource(context, input.ResourceARN)),
}));

export const TagResource = define(z.strictObject({ ...resource, Tags: tagList }), (context, input) => {
  context.tags.put(requireResource(context, input.ResourceARN), input.Tags);
  return {};
});

export const UntagResource = define(
  z.strictObject({ ...resource, TagKeys: z.array(z.string().min(1).max(128)) }),
  (context, input) => {
    context.tags.remove(requireResource(context, input.ResourceARN), input.TagKeys);
    return {};
  },
);

/** The ARN of a rule or bus that there is. @throws AwsError */
function requireResource(context: EventBridgeContext, arn: string): string {
  const [, kind, path = ""] = /^arn:[\w-]+:events:[^:]*:[^:]*:(rule|event-bus)\/(.+)$/.exec(arn) ?? [];
  if (kind === "event-bus") return requireBus(context, path).arn;
  if (kind !== "rule")
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  const slash = path.lastIndexOf("/");
  const bus = slash < 0 ? DEFAULT_BUS : path.slice(0, slash);
  return requireRule(context, path.slice(slash + 1), bus).arn;
}
