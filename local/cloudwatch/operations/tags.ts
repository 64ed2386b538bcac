import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import type { Alarm } from "../alarms/alarm.ts";
import type { CloudWatchContext } from "../context.ts";
import { list, tags } from "./schemas.ts";

const define = operation<CloudWatchContext>();
const resource = { ResourceARN: z.string().min(1).max(1024) };

export const TagResource = define(
  z.strictObject({ ...resource, Tags: tags }),
  ({ alarms }, { ResourceARN, Tags }) => {
    const alarm = find(alarms, ResourceARN);
    const added = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    alarms.store.put({ ...alarm, tags: { ...alarm.tags, ...added } });
    return {};
  },
);

export const UntagResource = define(
  z.strictObject({ ...resource, TagKeys: list(z.string()) }),
  ({ alarms }, { ResourceARN, TagKeys }) => {
    const alarm = find(alarms, ResourceARN);
    const kept = Object.entries(alarm.tags).filter(([key]) => !TagKeys.includes(key));
    alarms.store.put({ ...alarm, tags: Object.fromEntries(kept) });
    return {};
  },
);

export const ListTagsForResource = define(z.strictObject(resource), ({ alarms }, { ResourceARN }) => ({
  Tags: Object.entries(find(alarms, ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
}));

function find(alarms: CloudWatchContext["alarms"], arn: string): Alarm {
  const alarm = alarms.store.all().find((candidate) => candidate.arn === arn);
  if (!alarm) {
    throw new AwsError("ResourceNotFoundException", `Unknown resource ${arn}`, { statusCode: 404 });
  }
  return alarm;
}
