import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { Ssm } from "../ssm/create-ssm.ts";
import { readProperties } from "./properties.ts";

const parameterProperties = z.strictObject({
  Name: z.string().optional(),
  // CloudFormation makes no SecureString parameters.
  Type: z.enum(["String", "StringList"]),
  Value: z.coerce.string(),
  Description: z.string().optional(),
  AllowedPattern: z.string().optional(),
  Tier: z.enum(["Standard", "Advanced"]).optional(),
  DataType: z.literal("text").optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});

/** `AWS::SSM::Parameter`. */
export function parameterPlayer(ssm: Ssm): ResourcePlayer {
  return {
    async play(resource) {
      const { Name, Type, Value, ...details } = readProperties(resource, parameterProperties);
      const name = Name ?? resource.physicalName();
      ssm.put(name, Value, Type, {
        description: details.Description,
        allowedPattern: details.AllowedPattern,
        tier: details.Tier,
        tags: details.Tags,
      });
      return { ref: name, attributes: { Type, Value } };
    },
    async remove({ ref }) {
      ssm.delete(ref);
    },
  };
}
