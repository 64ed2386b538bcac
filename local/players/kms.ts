import { createHash } from "node:crypto";
import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import { arn } from "../wire/realm.ts";
import { flag, number, readProperties, tagList } from "./properties.ts";

const keyProperties = z.strictObject({
  KeyPolicy: z.unknown(),
  Description: z.string().optional(),
  EnableKeyRotation: flag.optional(),
  Enabled: flag.optional(),
  PendingWindowInDays: number.optional(),
  RotationPeriodInDays: number.optional(),
  KeySpec: z.literal("SYMMETRIC_DEFAULT").optional(),
  KeyUsage: z.literal("ENCRYPT_DECRYPT").optional(),
  Tags: tagList.optional(),
});

/** `AWS::KMS::Key`: a name for what refers to it. Nothing is encrypted here, and KMS itself does not answer. */
export const keyPlayer: ResourcePlayer = {
  async play(resource) {
    readProperties(resource, keyProperties);
    const digest = createHash("sha256").update(resource.physicalName()).digest("hex");
    const id = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
    const keyArn = arn(resource.context.realm, "kms", `key/${id}`);
    return { ref: id, attributes: { Arn: keyArn, KeyId: id } };
  },
  remove: async () => {},
};
