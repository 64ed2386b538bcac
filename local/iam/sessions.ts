import { randomBytes } from "node:crypto";
import { AwsError } from "../wire/aws-error.ts";
import type { Realm } from "../wire/realm.ts";
import type { NamedPolicy } from "./policy-document.ts";

/** A role session: what AssumeRole, a task or a function signs with. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch, by the wall clock: clients compare it with theirs. */
  readonly expiresAt: number;
  readonly roleArn: string;
  /** `<role id>:<session name>`, what `aws:userid` holds. */
  readonly userId: string;
  readonly sessionName: string;
  /** `arn:aws:sts::<account>:assumed-role/<role name>/<session name>` */
  readonly arn: string;
  readonly sessionPolicy?: NamedPolicy | undefined;
}

/** The part of a role that a session needs. */
export interface SessionRole {
  readonly arn: string;
  readonly name: string;
  /** `AROA…` */
  readonly id: string;
}

export interface IssueOptions {
  /** 3,600 when left out. */
  readonly durationSeconds?: number;
  readonly sessionPolicy?: NamedPolicy;
}

export interface Sessions {
  /** Makes new credentials. */
  issue(role: SessionRole, sessionName: string, options?: IssueOptions): Session;
  /**
   * The credentials that a task or function is given: the last ones until a quarter of their time is left, then new
   * ones. The old ones stay valid until they expire.
   */
  current(role: SessionRole, sessionName: string): Session;
  /** @throws AwsError for a key of ours that is of another run, which must not count as the administrator's */
  find(accessKeyId: string): Session | undefined;
}

const HOUR_SECONDS = 3_600;
/** A key with this start is one of ours, and never an unknown user's. */
const KEY_START = "ASIALONGSHORE";
/** How long a key is remembered after its expiry, to answer ExpiredToken instead of an unknown key. */
const REMEMBERED_MS = HOUR_SECONDS * 1000;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** @param now the wall clock */
export function createSessions(realm: Realm, now: () => number = Date.now): Sessions {
  const byKey = new Map<string, Session>();
  const latest = new Map<string, Session>();

  const issue = (role: SessionRole, sessionName: string, options: IssueOptions = {}): Session => {
    for (const [key, { expiresAt }] of byKey) if (expiresAt + REMEMBERED_MS < now()) byKey.delete(key);
    const session: Session = {
      accessKeyId: `${KEY_START}${base32(7)}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(96).toString("base64"),
      expiresAt: now() + (options.durationSeconds ?? HOUR_SECONDS) * 1000,
      roleArn: role.arn,
      userId: `${role.id}:${sessionName}`,
      sessionName,
      arn: `arn:${realm.partition}:sts::${realm.accountId}:assumed-role/${role.name}/${sessionName}`,
      sessionPolicy: options.sessionPolicy,
    };
    byKey.set(session.accessKeyId, session);
    return session;
  };

  return {
    issue,
    current(role, sessionName) {
      const name = `${role.arn} ${sessionName}`;
      const last = latest.get(name);
      if (last && last.expiresAt - now() > (HOUR_SECONDS * 1000) / 4) return last;
      for (const [key, { expiresAt }] of latest) if (expiresAt < now()) latest.delete(key);
      const session = issue(role, sessionName);
      latest.set(name, session);
      return session;
    },
    find(accessKeyId) {
      const session = byKey.get(accessKeyId);
      if (!session && accessKeyId.startsWith(KEY_START)) {
        throw new AwsError(
          "InvalidClientTokenId",
          "The security token included in the request is invalid: its session is of an earlier run.",
          { statusCode: 403 },
        );
      }
      return session;
    },
  };
}

function base32(length: number): string {
  return Array.from(randomBytes(length), (byte) => BASE32[byte % BASE32.length]).join("");
}
