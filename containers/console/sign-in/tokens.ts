import { createHash, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Role } from "../api/schemas/session.ts";

/** The two tokens that Secrets Manager keeps. */
export interface Tokens {
  readonly uploader: string;
  readonly administrator: string;
}

/** The role that a token stands for. How long it takes says nothing of how much of it is right. */
export function roleOfToken(tokens: Tokens, given: string): Role | undefined {
  const isUploader = isSame(tokens.uploader, given);
  const isAdministrator = isSame(tokens.administrator, given);
  if (isAdministrator) return "administrator";
  return isUploader ? "uploader" : undefined;
}

/** The key that signs sessions: the same in every task, and another as soon as one of the tokens is. */
export function sessionKey({ uploader, administrator }: Tokens): Uint8Array {
  const secret = JSON.stringify([administrator, uploader]);
  return new Uint8Array(hkdfSync("sha256", secret, "", "longshore console session", 32));
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
