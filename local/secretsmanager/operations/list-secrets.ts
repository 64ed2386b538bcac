import { z } from "zod";
import { invalidParameter } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { Secrets } from "../secrets.ts";
import { SecretId } from "./members.ts";

const MAX_PAGE = 100;

export const describeSecretSchema = z.strictObject({ SecretId });

export function describeSecret(secrets: Secrets, input: z.output<typeof describeSecretSchema>) {
  const secret = secrets.get(input.SecretId);
  return { ...describe(secret), VersionIdsToStages: stagesOf(secret) };
}

const filter = z.strictObject({
  Key: z.enum(["name", "description", "tag-key", "tag-value"]),
  Values: z
    .array(z.string().regex(/^!?[\w :=.@/+-]*$/))
    .min(1)
    .max(10),
});
type Filter = z.output<typeof filter>;

export const listSecretsSchema = z.strictObject({
  IncludePlannedDeletion: z.boolean().default(false),
  MaxResults: z.int().min(1).max(MAX_PAGE).default(MAX_PAGE),
  NextToken: z.string().optional(),
  Filters: z.array(filter).max(10).default([]),
  SortOrder: z.enum(["asc", "desc"]).default("desc"),
});

/** Secrets by creation date, the newest first unless asked otherwise. */
export function listSecrets(secrets: Secrets, input: z.output<typeof listSecretsSchema>) {
  const direction = input.SortOrder === "asc" ? 1 : -1;
  const wanted = [...secrets.store.all()]
    .filter(({ deletion }) => !deletion || (input.IncludePlannedDeletion && deletion.due > secrets.now()))
    .filter((secret) => input.Filters.every((one) => passes(secret, one)))
    .sort((a, b) => (a.created - b.created || (a.name < b.name ? -1 : 1)) * direction);
  const start = input.NextToken === undefined ? 0 : startOf(wanted, input.NextToken);
  const page = wanted.slice(start, start + input.MaxResults);
  const last = page.at(-1);
  return {
    SecretList: page.map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) })),
    ...(last &&
      start + page.length < wanted.length && { NextToken: Buffer.from(last.arn).toString("base64url") }),
  };
}

function startOf(secrets: readonly Secret[], token: string): number {
  const arn = Buffer.from(token, "base64url").toString();
  const index = secrets.findIndex((secret) => secret.arn === arn);
  if (index === -1) throw invalidParameter("The NextToken is not valid any more; list from the beginning");
  return index + 1;
}

/** Values are beginnings, and alternatives; `!` before one turns it round. Descriptions are compared in any case. */
function passes(secret: Secret, { Key, Values }: Filter): boolean {
  const texts = {
    name: [secret.name],
    description: [secret.description ?? ""],
    "tag-key": Object.keys(secret.tags),
    "tag-value": Object.values(secret.tags),
  }[Key];
  const fold = (text: string) => (Key === "description" ? text.toLowerCase() : text);
  return Values.some((value) => {
    const wanted = fold(value.replace(/^!/, ""));
    return texts.some((text) => fold(text).startsWith(wanted)) !== value.startsWith("!");
  });
}

function describe(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.created / 1_000,
    LastChangedDate: secret.changed / 1_000,
    DeletedDate: secret.deletion && secret.deletion.asked / 1_000,
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** Staging labels by version; versions without any are not told. */
function stagesOf({ versions }: Secret): Record<string, readonly string[]> {
  const labelled = versions.filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, stages]));
}
