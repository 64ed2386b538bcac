import { z } from "zod";
import { invalidParameter } from "../errors.ts";
import { passwordOptions, randomPassword } from "../random-password.ts";
import type { Secrets } from "../secrets.ts";
import { ClientRequestToken, readValue, SecretId, valueMembers } from "./members.ts";

const stage = z.string().min(1).max(256);

export const getSecretValueSchema = z.strictObject({
  SecretId,
  VersionId: ClientRequestToken.optional(),
  VersionStage: stage.optional(),
});

export function getSecretValue(secrets: Secrets, input: z.output<typeof getSecretValueSchema>) {
  const secret = secrets.getLive(input.SecretId);
  const version = secrets.version(secret, { id: input.VersionId, stage: input.VersionStage });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.value,
    VersionStages: version.stages,
    CreatedDate: version.created / 1_000,
  };
}

export const putSecretValueSchema = z.strictObject({
  SecretId,
  ClientRequestToken: ClientRequestToken.optional(),
  ...valueMembers,
  VersionStages: z.array(stage).min(1).max(20).optional(),
});

export function putSecretValue(secrets: Secrets, input: z.output<typeof putSecretValueSchema>) {
  const secret = secrets.getLive(input.SecretId);
  const value = readValue(input);
  if (!value) throw invalidParameter("You must provide either SecretString or SecretBinary.");
  const { id, stages } = secrets.addVersion(secret, value, {
    id: input.ClientRequestToken,
    ...(input.VersionStages && { stages: input.VersionStages }),
  });
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
}

export const getRandomPasswordSchema = z.strictObject(passwordOptions);

export function getRandomPassword(_secrets: Secrets, input: z.output<typeof getRandomPasswordSchema>) {
  return { RandomPassword: randomPassword(input) };
}
