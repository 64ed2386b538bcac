import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import { jsonService } from "../wire/json-service.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { type GenerateSecretString, generateSecretString } from "./generate-secret-string.ts";
import { secretsManagerOperations } from "./operations.ts";
import type { Secret } from "./secret.ts";
import { openSecretStore } from "./secret-store.ts";
import { Secrets } from "./secrets.ts";

export type { GenerateSecretString } from "./generate-secret-string.ts";

export interface SecretsManagerOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
}

export interface SecretProperties {
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly secretString?: string | undefined;
  /** Instead of `secretString`. */
  readonly generateSecretString?: GenerateSecretString | undefined;
}

export interface SecretsManager {
  readonly service: GatewayService;
  /**
   * Brings a secret to what a template says. Its value is set, or generated, once: it stays, and so does what the API
   * made of it since, until the template says something else about the value than it did before.
   * @throws AwsError InvalidParameterException
   */
  ensureSecret(name: string, properties: SecretProperties): { readonly arn: string };
  /**
   * A secret's text, or one member of the JSON object in it.
   * @param stage staging label @default AWSCURRENT
   * @returns undefined when there is no such secret, version, member or text
   */
  value(idOrArn: string, jsonKey?: string, stage?: string): string | undefined;
  /** The full ARN behind a name, ARN or partial ARN; undefined when there is no such secret. */
  arnOf(idOrArn: string): string | undefined;
  /** Deletes at once, without a recovery window; does nothing when there is no such secret. */
  delete(idOrArn: string): void;
}

/** Secrets Manager, kept in the runtime's database. */
export function createSecretsManager({ realm, database, clock }: SecretsManagerOptions): SecretsManager {
  const store = openSecretStore(database);
  const secrets = new Secrets({ realm, store, clock });
  return {
    service: jsonService({
      signingNames: ["secretsmanager"],
      targetPrefix: "secretsmanager",
      version: "1.1",
      validationCode: "InvalidParameterException",
      service: secrets,
      operations: secretsManagerOperations,
    }),
    ensureSecret(name, { description, tags = {}, secretString, generateSecretString: generate }) {
      const declared = digest({ secretString, generate });
      const existing = secrets.find(name);
      const isNewValue = existing?.declared !== declared;
      // Before anything is made, so that options that cannot be met leave nothing behind.
      const value = isNewValue ? (secretString ?? (generate && generateSecretString(generate))) : undefined;
      const secret = existing ?? secrets.create({ name });
      const changed = secrets.change(secret, { description, tags, declared, deletion: undefined });
      if (value !== undefined) secrets.addVersion(changed, { SecretString: value });
      return { arn: secret.arn };
    },
    value(idOrArn, jsonKey, stage) {
      const secret = secrets.find(idOrArn);
      const text = secret && !secret.deletion ? textOf(secrets, secret, stage) : undefined;
      return text === undefined || jsonKey === undefined ? text : memberOf(text, jsonKey);
    },
    arnOf: (idOrArn) => secrets.find(idOrArn)?.arn,
    delete(idOrArn) {
      const secret = secrets.find(idOrArn);
      if (secret) store.remove(secret.arn);
    },
  };
}

/** Tells whether the template changed, without keeping a plain value twice. */
function digest(source: object): string {
  return createHash("sha256").update(JSON.stringify(source)).digest("hex");
}

function textOf(secrets: Secrets, secret: Secret, stage: string | undefined): string | undefined {
  try {
    const { value } = secrets.version(secret, { stage });
    return "SecretString" in value ? value.SecretString : undefined;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function memberOf(text: string, key: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null || !Object.hasOwn(document, key)) return undefined;
  const member = (document as Record<string, unknown>)[key];
  return typeof member === "string" ? member : JSON.stringify(member);
}
