import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import type { AutoScalingContext } from "../context.ts";
import type { ScalableTarget } from "../model.ts";

const define = operation<AutoScalingContext>();
const resource = { ResourceARN: z.string() };

export const TagResource = define(
  z.strictObject({ ...resource, Tags: z.record(z.string(), z.string()) }),
  (context, { ResourceARN, Tags }) => {
    const target = find(context, ResourceARN);
    context.store.targets.put(target.resourceId, { ...target, tags: { ...target.tags, ...Tags } });
    return {};
  },
);

export const UntagResource = define(
  z.strictObject({ ...resource, TagKeys: z.array(z.string()) }),
  (context, { ResourceARN, TagKeys }) => {
    const target = find(context, ResourceARN);
    const kept = Object.entries(target.tags).filter(([key]) => !TagKeys.includes(key));
    context.store.targets.put(target.resourceId, { ...target, tags: Object.fromEntries(kept) });
    return {};
  },
);

export const ListTagsForResource = define(z.strictObject(resource), (context, { ResourceARN }) => ({
  Tags: find(context, ResourceARN).tags,
}));

function find({ store }: AutoScalingContext, arn: string): ScalableTarget {
  const target = store.targets.all().find((candidate) => candidate.arn === arn);
  if (!target) throw new AwsError("ResourceNotFoundException", `The resource doesn't exist: ${arn}`);
  return target;
}
