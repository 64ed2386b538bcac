import { z } from "zod";
import { arn, type Realm } from "../wire/realm.ts";
import { invalidParameter } from "./errors.ts";

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const groupName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[.\-_/#A-Za-z0-9]+$/);

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const streamName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^:*]*$/);

/** A log group's name, or its ARN. */
export const groupIdentifier = z
  .string()
  .min(1)
  .max(2048)
  .regex(/^[\w#+=/:,.@-]*$/);

/** The ARN without `:*` at the end, as tagging takes it; IAM and most answers have the `:*`. */
export function groupArn(realm: Realm, name: string): string {
  return arn(realm, "logs", `log-group:${name}`);
}

/**
 * The log group that an ARN (with or without `:*`) names.
 * @throws AwsError InvalidParameterException for what is no log group's ARN in this account and region
 */
export function groupOfArn(realm: Realm, resourceArn: string): string {
  const prefix = groupArn(realm, "");
  const name = resourceArn.replace(/:\*$/, "").slice(prefix.length);
  if (!resourceArn.startsWith(prefix) || !groupName.safeParse(name).success) {
    throw invalidParameter(`${resourceArn} is not the ARN of a log group in this account and region`);
  }
  return name;
}

export interface GroupReference {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** The log group that a request names, by name or by identifier; one of the two, not both. */
export function groupOf(realm: Realm, { logGroupName, logGroupIdentifier }: GroupReference): string {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw invalidParameter("One of logGroupName and logGroupIdentifier must be given, and not both");
  }
  if (logGroupIdentifier?.startsWith("arn:")) return groupOfArn(realm, logGroupIdentifier);
  return logGroupName ?? logGroupIdentifier ?? "";
}
