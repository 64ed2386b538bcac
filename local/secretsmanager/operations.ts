import { type Operation, operation } from "../wire/operation.ts";
import * as change from "./operations/change-secret.ts";
import * as list from "./operations/list-secrets.ts";
import * as values from "./operations/values.ts";
import type { Secrets } from "./secrets.ts";

const define = operation<Secrets>();

/** Every operation of the Secrets Manager API that is played. */
export const secretsManagerOperations: Readonly<Record<string, Operation<Secrets>>> = {
  CreateSecret: define(change.createSecretSchema, change.createSecret),
  DeleteSecret: define(change.deleteSecretSchema, change.deleteSecret),
  DescribeSecret: define(list.describeSecretSchema, list.describeSecret),
  GetRandomPassword: define(values.getRandomPasswordSchema, values.getRandomPassword),
  GetSecretValue: define(values.getSecretValueSchema, values.getSecretValue),
  ListSecrets: define(list.listSecretsSchema, list.listSecrets),
  PutSecretValue: define(values.putSecretValueSchema, values.putSecretValue),
  RestoreSecret: define(change.restoreSecretSchema, change.restoreSecret),
  TagResource: define(change.tagResourceSchema, change.tagResource),
  UntagResource: define(change.untagResourceSchema, change.untagResource),
  UpdateSecret: define(change.updateSecretSchema, change.updateSecret),
};
