import type { IncomingMessage } from "node:http";
import { AwsError } from "../wire/aws-error.ts";
import type { Realm } from "../wire/realm.ts";
import type { Caller, Signer } from "../wire/service.ts";
import { identify, identifySigner } from "./principal.ts";
import { createRoles, type Roles } from "./roles.ts";
import { createSessions, type Sessions } from "./sessions.ts";

/** Credentials as the container credentials endpoint gives them. */
export interface RoleCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  /** ISO 8601. */
  readonly Expiration: string;
  readonly RoleArn: string;
}

/** Roles of the template, their sessions, and who signed a request. */
export interface Iam {
  readonly roles: Roles;
  readonly sessions: Sessions;
  /** @param body where it is at hand @throws AwsError when the signature does not hold */
  identify(request: IncomingMessage, body: Buffer | undefined): Caller;
  /** Who signed an upload form, whose signature S3 verifies with `secretOf`. @throws AwsError as S3 words it */
  identifySigner(signer: Signer): Caller;
  /** The secret of a session's key. */
  secretOf(accessKeyId: string): string | undefined;
  /** Credentials for a task or function; new ones once the last are about to expire. @throws AwsError NoSuchEntity */
  issue(roleArn: string, sessionName: string): RoleCredentials;
}

export function createIam(realm: Realm): Iam {
  const roles = createRoles(realm);
  const sessions = createSessions(realm);
  return {
    roles,
    sessions,
    identify: (request, body) => identify(request, sessions, realm, body).caller,
    identifySigner: (signer) => identifySigner(signer, sessions, realm),
    secretOf: (accessKeyId) => sessions.find(accessKeyId)?.secretAccessKey,
    issue(roleArn, sessionName) {
      const role = roles.role(roleArn);
      if (!role)
        throw new AwsError("NoSuchEntity", `The role ${roleArn} cannot be found`, { statusCode: 404 });
      const session = sessions.current(role, sessionName);
      return {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        Token: session.sessionToken,
        Expiration: new Date(session.expiresAt).toISOString(),
        RoleArn: role.arn,
      };
    },
  };
}
