import { randomInt, randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { arn, type Realm } from "../wire/realm.ts";
import {
  invalidParameter,
  markedForDeletion,
  noSuchSecret,
  noSuchValue,
  secretExists,
  versionExists,
} from "./errors.ts";
import { CURRENT, type Secret, type SecretValue, type SecretVersion, withVersion } from "./secret.ts";
import type { SecretStore } from "./secret-store.ts";

const SUFFIX_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SUFFIX_LENGTH = 6;

export interface NewSecret {
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What the API's operations and the runtime's other services do with secrets. */
export class Secrets {
  readonly store: SecretStore;
  readonly #realm: Realm;
  readonly #clock: Clock;

  constructor(parts: { realm: Realm; store: SecretStore; clock: Clock }) {
    this.store = parts.store;
    this.#realm = parts.realm;
    this.#clock = parts.clock;
  }

  /** Whole milliseconds since the epoch. */
  now(): number {
    return Math.trunc(this.#clock.now());
  }

  /** A secret by name, by ARN, or by an ARN without its six random characters. */
  find(secretId: string): Secret | undefined {
    const prefix = arn(this.#realm, "secretsmanager", "secret:");
    const found = secretId.startsWith("arn:")
      ? (this.store.byArn(secretId) ??
        (secretId.startsWith(prefix) ? this.store.byName(secretId.slice(prefix.length)) : undefined))
      : this.store.byName(secretId);
    if (found?.deletion === undefined || found.deletion.due > this.now()) return found;
    this.store.remove(found.arn);
    return undefined;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(secretId: string): Secret {
    const secret = this.find(secretId);
    if (!secret) throw noSuchSecret();
    return secret;
  }

  /** A secret that is not marked for deletion. @throws AwsError ResourceNotFoundException, InvalidRequestException */
  getLive(secretId: string): Secret {
    const secret = this.get(secretId);
    if (secret.deletion) throw markedForDeletion();
    return secret;
  }

  /** Makes a secret without a value. @throws AwsError ResourceExistsException, InvalidParameterException */
  create({ name, description, tags = {} }: NewSecret): Secret {
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
      throw invalidParameter(
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of -/_+=.@!",
      );
    }
    const existing = this.find(name);
    if (existing?.deletion) throw markedForDeletion();
    if (existing) throw secretExists(name);
    const suffix = Array.from({ length: SUFFIX_LENGTH }, () =>
      SUFFIX_CHARACTERS.charAt(randomInt(SUFFIX_CHARACTERS.length)),
    ).join("");
    const now = this.now();
    const secret: Secret = {
      arn: arn(this.#realm, "secretsmanager", `secret:${name}-${suffix}`),
      name,
      description,
      tags,
      created: now,
      changed: now,
      deletion: undefined,
      declared: undefined,
      versions: [],
    };
    this.store.put(secret);
    return secret;
  }

  /** Writes changes to a secret. */
  change(secret: Secret, changes: Partial<Omit<Secret, "arn" | "name" | "created">>): Secret {
    const changed = { ...secret, ...changes, changed: this.now() };
    this.store.put(changed);
    return changed;
  }

  /**
   * Adds a version. The same id with the same value again changes nothing.
   * @throws AwsError ResourceExistsException when the id stands for another value
   */
  addVersion(
    secret: Secret,
    value: SecretValue,
    { id = randomUUID(), stages = [CURRENT] }: { id?: string | undefined; stages?: readonly string[] } = {},
  ): SecretVersion {
    const existing = secret.versions.find((version) => version.id === id);
    if (existing) {
      if (JSON.stringify(existing.value) !== JSON.stringify(value)) throw versionExists(id);
      return existing;
    }
    const versions = withVersion(secret.versions, { id, value, created: this.now() }, stages);
    this.change(secret, { versions });
    const [added] = versions.slice(-1);
    if (!added) throw new Error(`Version ${id} of ${secret.name} is not among its versions`);
    return added;
  }

  /** @throws AwsError ResourceNotFoundException */
  version(
    secret: Secret,
    { id, stage }: { id?: string | undefined; stage?: string | undefined },
  ): SecretVersion {
    const wantedStage = stage ?? (id === undefined ? CURRENT : undefined);
    const found = secret.versions.find(
      (version) =>
        (id === undefined || version.id === id) &&
        (wantedStage === undefined || version.stages.includes(wantedStage)),
    );
    if (!found) throw noSuchValue(wantedStage ? `staging label: ${wantedStage}` : `VersionId: ${id}`);
    return found;
  }
}
