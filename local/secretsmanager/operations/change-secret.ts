import { z } from "zod";
import { invalidParameter } from "../errors.ts";
import type { Secrets } from "../secrets.ts";
import {
  ClientRequestToken,
  Description,
  readValue,
  SecretId,
  Tags,
  toTagMap,
  valueMembers,
} from "./members.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const DEFAULT_RECOVERY_DAYS = 30;
const MAX_TAGS = 50;

export const createSecretSchema = z.strictObject({
  Name: z.string().min(1).max(512),
  ClientRequestToken: ClientRequestToken.optional(),
  Description: Description.optional(),
  ...valueMembers,
  Tags: Tags.optional(),
});

export function createSecret(secrets: Secrets, input: z.output<typeof createSecretSchema>) {
  const { Name, ClientRequestToken: token, Tags: tags } = input;
  const value = readValue(input);
  const existing = secrets.find(Name);
  // A repeated request with its token is answered again, not refused.
  const isRepeated = token !== undefined && existing?.versions.some(({ id }) => id === token);
  const secret =
    existing && isRepeated
      ? secrets.getLive(Name)
      : secrets.create({ name: Name, description: input.Description, tags: tags && toTagMap(tags) });
  const version = value && secrets.addVersion(secret, value, { id: token });
  return { ARN: secret.arn, Name, ...(version && { VersionId: version.id }) };
}

export const updateSecretSchema = z.strictObject({
  SecretId,
  ClientRequestToken: ClientRequestToken.optional(),
  Description: Description.optional(),
  ...valueMembers,
});

export function updateSecret(secrets: Secrets, input: z.output<typeof updateSecretSchema>) {
  const value = readValue(input);
  const secret = secrets.change(secrets.getLive(input.SecretId), {
    ...(input.Description !== undefined && { description: input.Description }),
  });
  const version = value && secrets.addVersion(secret, value, { id: input.ClientRequestToken });
  return { ARN: secret.arn, Name: secret.name, ...(version && { VersionId: version.id }) };
}

export const deleteSecretSchema = z.strictObject({
  SecretId,
  RecoveryWindowInDays: z.int().min(7).max(30).optional(),
  ForceDeleteWithoutRecovery: z.boolean().optional(),
});

export function deleteSecret(secrets: Secrets, input: z.output<typeof deleteSecretSchema>) {
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
  if (force && days !== undefined) {
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  const secret = secrets.get(input.SecretId);
  const asked = secrets.now();
  const due = force ? asked : asked + (days ?? DEFAULT_RECOVERY_DAYS) * DAY_MS;
  if (force) secrets.store.remove(secret.arn);
  else secrets.change(secret, { deletion: { asked, due } });
  return { ARN: secret.arn, Name: secret.name, DeletionDate: due / 1_000 };
}

export const restoreSecretSchema = z.strictObject({ SecretId });

export function restoreSecret(secrets: Secrets, input: z.output<typeof restoreSecretSchema>) {
  const secret = secrets.change(secrets.get(input.SecretId), { deletion: undefined });
  return { ARN: secret.arn, Name: secret.name };
}

export const tagResourceSchema = z.strictObject({ SecretId, Tags });

export function tagResource(secrets: Secrets, input: z.output<typeof tagResourceSchema>): void {
  const secret = secrets.getLive(input.SecretId);
  const tags = { ...secret.tags, ...toTagMap(input.Tags) };
  if (Object.keys(tags).length > MAX_TAGS)
    throw invalidParameter(`A secret can have no more than ${MAX_TAGS} tags.`);
  secrets.change(secret, { tags });
}

export const untagResourceSchema = z.strictObject({ SecretId, TagKeys: z.array(z.string()).max(MAX_TAGS) });

export function untagResource(secrets: Secrets, input: z.output<typeof untagResourceSchema>): void {
  const secret = secrets.getLive(input.SecretId);
  const kept = Object.entries(secret.tags).filter(([key]) => !input.TagKeys.includes(key));
  secrets.change(secret, { tags: Object.fromEntries(kept) });
}
