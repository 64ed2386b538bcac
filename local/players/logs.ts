import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { Logs } from "../logs/create-logs.ts";
import { number, readProperties, tagList, tagsOf } from "./properties.ts";

const logGroupProperties = z.strictObject({
  LogGroupName: z.string().optional(),
  RetentionInDays: number.optional(),
  // Shown in the support matrix: nothing is encrypted here.
  KmsKeyId: z.string().optional(),
  LogGroupClass: z.literal("STANDARD").optional(),
  Tags: tagList.optional(),
});

/** `AWS::Logs::LogGroup`. */
export function logGroupPlayer(logs: Logs): ResourcePlayer {
  return {
    async play(resource) {
      const { LogGroupName, RetentionInDays, Tags } = readProperties(resource, logGroupProperties);
      const name = LogGroupName ?? resource.physicalName({ maxLength: 512 });
      const { arn } = logs.createGroup(name, { tags: tagsOf(Tags) });
      logs.setRetention(name, RetentionInDays);
      return { ref: name, attributes: { Arn: `${arn}:*` } };
    },
    async remove({ ref }) {
      logs.deleteGroup(ref);
    },
  };
}
