import { z } from "zod";
import { invalidParameter } from "../errors.ts";
import type { LogEngine } from "../log-engine.ts";
import { groupArn, groupIdentifier, groupName, groupOf } from "../names.ts";
import { decodeToken, isText, toPage } from "../page-token.ts";
import type { LogGroup } from "../store/group-store.ts";
import { tagMap } from "./tags.ts";

const MAX_PAGE = 50;

export const createLogGroupSchema = z.strictObject({
  logGroupName: groupName,
  logGroupClass: z.literal("STANDARD").optional(),
  tags: tagMap.optional(),
});

export function createLogGroup(engine: LogEngine, input: z.output<typeof createLogGroupSchema>): void {
  engine.createGroup(input.logGroupName, input.tags ?? {});
}

export const deleteLogGroupSchema = z.strictObject({ logGroupName: groupName });

export function deleteLogGroup(engine: LogEngine, input: z.output<typeof deleteLogGroupSchema>): void {
  engine.deleteGroup(input.logGroupName);
}

export const describeLogGroupsSchema = z.strictObject({
  logGroupNamePrefix: groupName.optional(),
  logGroupNamePattern: z
    .string()
    .max(512)
    .regex(/^[.\-_/#A-Za-z0-9]*$/)
    .optional(),
  logGroupIdentifiers: z.array(groupIdentifier).min(1).max(50).optional(),
  logGroupClass: z.literal("STANDARD").optional(),
  nextToken: z.string().optional(),
  limit: z.int().min(1).max(MAX_PAGE).optional(),
});

export function describeLogGroups(engine: LogEngine, input: z.output<typeof describeLogGroupsSchema>) {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers, nextToken } = input;
  if (logGroupIdentifiers) {
    if (
      prefix !== undefined ||
      pattern !== undefined ||
      nextToken !== undefined ||
      input.limit !== undefined
    ) {
      throw invalidParameter("logGroupIdentifiers cannot be given together with other parameters");
    }
    const names = logGroupIdentifiers.map((logGroupIdentifier) =>
      groupOf(engine.realm, { logGroupIdentifier }),
    );
    const groups = names.map((name) => engine.store.groups.find(name)).filter((group) => group !== undefined);
    return { logGroups: groups.map((group) => describe(engine, group)) };
  }
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter("logGroupNamePrefix and logGroupNamePattern cannot be given together");
  }
  engine.buffer.flush();
  const limit = input.limit ?? MAX_PAGE;
  const groups = engine.store.groups.list({
    after: nextToken === undefined ? "" : decodeToken(nextToken, isText),
    prefix: prefix ?? "",
    contains: pattern ?? "",
    limit: limit + 1,
  });
  const { page, ...next } = toPage(groups, limit, ({ name }) => name);
  return { logGroups: page.map((group) => describe(engine, group)), ...next };
}

function describe({ realm }: LogEngine, group: LogGroup) {
  const arn = groupArn(realm, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.created,
    retentionInDays: group.retentionDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: group.storedBytes,
    logGroupClass: "STANDARD",
  };
}

export const putRetentionPolicySchema = z.strictObject({ logGroupName: groupName, retentionInDays: z.int() });

export function putRetentionPolicy(
  engine: LogEngine,
  input: z.output<typeof putRetentionPolicySchema>,
): void {
  engine.setRetention(input.logGroupName, input.retentionInDays);
}

export const deleteRetentionPolicySchema = z.strictObject({ logGroupName: groupName });

export function deleteRetentionPolicy(
  engine: LogEngine,
  input: z.output<typeof deleteRetentionPolicySchema>,
): void {
  engine.setRetention(input.logGroupName, undefined);
}
