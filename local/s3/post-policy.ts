import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { S3Error } from "./errors.ts";

const condition = z.union([
  z.tuple([z.literal("content-length-range"), z.coerce.number(), z.coerce.number()]),
  z.tuple([z.enum(["eq", "starts-with"]), z.string().startsWith("$"), z.string()]),
  z.record(z.string(), z.string()),
]);
const policySchema = z.strictObject({ expiration: z.string(), conditions: z.array(condition) });
type Policy = z.output<typeof policySchema>;

/** What a policy leaves to be checked while the file comes in. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

/** Fields that need no condition. Source: S3 API reference, "POST policy". */
const UNCONDITIONAL = new Set(["policy", "x-amz-signature", "signature", "awsaccesskeyid", "file", "bucket"]);

/**
 * Holds a form to its policy.
 * @param fields by lower-case name, variables expanded, `bucket` among them
 * @param now milliseconds of the wall clock, by which policies are signed
 * @returns the sizes that the policy allows
 * @throws S3Error AccessDenied, InvalidPolicyDocument
 */
export function checkPolicy(encoded: string, fields: ReadonlyMap<string, string>, now: number): SizeRange {
  const policy = parsePolicy(encoded);
  const expiration = Date.parse(policy.expiration);
  if (Number.isNaN(expiration)) throw invalidPolicy(`Invalid 'expiration' value: '${policy.expiration}'`);
  if (now > expiration) throw denied("Policy expired.");
  let range: SizeRange = { min: 0, max: Number.POSITIVE_INFINITY };
  const covered = new Set<string>();
  for (const entry of policy.conditions) {
    if (Array.isArray(entry) && entry[0] === "content-length-range") {
      range = { min: Number(entry[1]), max: Number(entry[2]) };
      continue;
    }
    for (const [kind, name, wanted] of comparisons(entry)) {
      covered.add(name);
      const value = fields.get(name) ?? "";
      const holds = kind === "eq" ? value === wanted : value.startsWith(wanted);
      if (!holds) throw denied(`Policy Condition failed: ${JSON.stringify([kind, `$${name}`, wanted])}`);
    }
  }
  const extra = [...fields.keys()].find(
    (name) => !covered.has(name) && !UNCONDITIONAL.has(name) && !name.startsWith("x-ignore-"),
  );
  if (extra !== undefined) throw denied(`Extra input fields: ${extra}`);
  return range;
}

function comparisons(
  entry: Policy["conditions"][number],
): (readonly ["eq" | "starts-with", string, string])[] {
  if (!Array.isArray(entry)) {
    return Object.entries(entry).map(([name, wanted]) => ["eq", name.toLowerCase(), wanted] as const);
  }
  const [kind, name, wanted] = entry;
  if (kind === "content-length-range") return [];
  return [[kind, name.slice(1).toLowerCase(), wanted]];
}

function parsePolicy(encoded: string): Policy {
  try {
    return policySchema.parse(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")));
  } catch (cause) {
    throw invalidPolicy("Invalid JSON, or a condition that is none", cause);
  }
}

/**
 * Checks the signature over a form's policy, of version 4 or 2, when the signer's secret is known.
 * @throws S3Error AccessDenied for a form that is not signed, SignatureDoesNotMatch
 */
export function checkFormSignature(
  encoded: string,
  fields: ReadonlyMap<string, string>,
  secretFor: (accessKeyId: string) => string | undefined,
): void {
  const [accessKeyId = "", date = "", region = "", service = ""] = (
    fields.get("x-amz-credential") ?? ""
  ).split("/");
  const signature = fields.get("x-amz-signature");
  if (signature !== undefined) {
    if (
      fields.get("x-amz-algorithm") !== "AWS4-HMAC-SHA256" ||
      service !== "s3" ||
      !fields.has("x-amz-date")
    ) {
      throw denied("x-amz-algorithm, x-amz-credential and x-amz-date must be those of a version 4 signature");
    }
    const secret = secretFor(accessKeyId);
    if (secret === undefined) return;
    let key: Buffer = Buffer.from(`AWS4${secret}`);
    for (const step of [date, region, service, "aws4_request"]) key = hmac("sha256", key, step);
    compare(signature, hmac("sha256", key, encoded).toString("hex"));
    return;
  }
  const old = fields.get("signature");
  const oldKeyId = fields.get("awsaccesskeyid");
  if (old === undefined || oldKeyId === undefined) throw new S3Error("AccessDenied", "Access Denied");
  const secret = secretFor(oldKeyId);
  if (secret !== undefined) compare(old, hmac("sha1", Buffer.from(secret), encoded).toString("base64"));
}

function hmac(algorithm: string, key: Buffer, text: string): Buffer {
  return createHmac(algorithm, key).update(text).digest();
}

function compare(given: string, expected: string): void {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  if (a.length === b.length && timingSafeEqual(a, b)) return;
  throw new S3Error(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    { members: { SignatureProvided: given } },
  );
}

function denied(why: string): S3Error {
  return new S3Error("AccessDenied", `Invalid according to Policy: ${why}`);
}

function invalidPolicy(why: string, cause?: unknown): S3Error {
  return new S3Error("InvalidPolicyDocument", `Invalid Policy: ${why}.`, { cause });
}
