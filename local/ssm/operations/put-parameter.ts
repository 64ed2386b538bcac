import { z } from "zod";
import type { CallContext } from "../../wire/service.ts";
import { invalid } from "../errors.ts";
import { parameterType } from "../parameter.ts";
import type { Parameters } from "../parameters.ts";

const MAX_TAGS = 50;

export const putParameterSchema = z.strictObject({
  Name: z.string().min(1).max(2_048),
  Value: z.string(),
  Type: parameterType.optional(),
  Overwrite: z.boolean().default(false),
  Description: z.string().max(1_024).optional(),
  AllowedPattern: z.string().max(1_024).optional(),
  Tier: z.enum(["Standard", "Advanced", "Intelligent-Tiering"]).optional(),
  DataType: z.literal("text").optional(),
  Tags: z
    .array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
    .max(MAX_TAGS)
    .optional(),
});

export function putParameter(
  parameters: Parameters,
  input: z.output<typeof putParameterSchema>,
  { caller }: CallContext,
) {
  if (input.Overwrite && input.Tags) {
    throw invalid("Invalid request: tags and overwrite can't be used together.");
  }
  const { Tier: asked, Value } = input;
  const { version, tier } = parameters.put(
    {
      name: input.Name,
      value: Value,
      type: input.Type,
      // Intelligent tiering takes the advanced tier only for what needs it.
      tier:
        asked === "Intelligent-Tiering" ? (Buffer.byteLength(Value) > 4_096 ? "Advanced" : undefined) : asked,
      description: input.Description,
      allowedPattern: input.AllowedPattern,
      tags: input.Tags && Object.fromEntries(input.Tags.map((tag) => [tag.Key, tag.Value])),
    },
    { overwrite: input.Overwrite, modifiedBy: caller.arn },
  );
  return { Version: version, Tier: tier };
}
