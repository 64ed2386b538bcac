import { z } from "zod";
import { tagKey } from "../../wire/tag-key.ts";
import { invalidParameter } from "../errors.ts";
import type { SecretValue } from "../secret.ts";

/** Members that several operations share. */
export const SecretId = z.string().min(1).max(2_048);
export const Description = z.string().max(2_048);
export const ClientRequestToken = z.string().min(32).max(64);
export const Tags = z.array(z.strictObject({ Key: tagKey, Value: z.string().max(256) })).max(50);

const MAX_VALUE_BYTES = 65_536;
export const valueMembers = { SecretString: z.string().optional(), SecretBinary: z.base64().optional() };

interface ValueMembers {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}

/** The value in a request, or undefined. @throws AwsError InvalidParameterException for two, or one too large */
export function readValue({ SecretString, SecretBinary }: ValueMembers): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value.");
  }
  const bytes = Buffer.byteLength(
    SecretString ?? SecretBinary ?? "",
    SecretBinary === undefined ? "utf8" : "base64",
  );
  if (bytes > MAX_VALUE_BYTES) {
    throw invalidParameter(`The secret value has ${bytes} bytes; at most ${MAX_VALUE_BYTES} are allowed`);
  }
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
}

export function toTagMap(tags: z.output<typeof Tags>): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
