import { arn, type Realm } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on, type Requirement, tagContext } from "./requirement.ts";

/** A group by its name or by its ARN, with or without the `:*` that ARNs of groups often end with. */
function groupName(reference: string): string {
  return reference.split(":log-group:").at(-1)?.replace(/:.*$/s, "") ?? reference;
}

/**
 * Logs writes every resource as a stream's, a group's with an empty stream, so that a policy's
 * `log-group:<name>:*` covers both. (CloudWatch Logs user guide, resources and operations)
 */
export function streamArn(realm: Realm, group: string, stream = ""): string {
  return arn(realm, "logs", `log-group:${groupName(group)}:log-stream:${stream}`);
}

const onGroup =
  (action: string): ActionMapping =>
  ({ logGroupName, logGroupIdentifier }, { realm }) =>
    on(`logs:${action}`, streamArn(realm, logGroupName ?? logGroupIdentifier ?? ""));
const onStream =
  (action: string): ActionMapping =>
  ({ logGroupName, logGroupIdentifier, logStreamName }, { realm }): readonly Requirement[] =>
    on(`logs:${action}`, streamArn(realm, logGroupName ?? logGroupIdentifier ?? "", logStreamName));

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
export const logsActions: ActionMappings = {
  CreateLogGroup: ({ logGroupName, tags = {} }, { realm }) => [
    ...on("logs:CreateLogGroup", streamArn(realm, logGroupName), tagContext(tags)),
    ...(Object.keys(tags).length > 0
      ? on("logs:TagResource", arn(realm, "logs", `log-group:${logGroupName}`), tagContext(tags))
      : []),
  ],
  CreateLogStream: onStream("CreateLogStream"),
  DeleteLogGroup: onGroup("DeleteLogGroup"),
  DeleteLogStream: onStream("DeleteLogStream"),
  DeleteRetentionPolicy: onGroup("DeleteRetentionPolicy"),
  DescribeLogGroups: (_input, { realm }) => on("logs:DescribeLogGroups", streamArn(realm, "")),
  DescribeLogStreams: onGroup("DescribeLogStreams"),
  FilterLogEvents: onGroup("FilterLogEvents"),
  GetLogEvents: onStream("GetLogEvents"),
  // Tags are the group's alone: its ARN without an end.
  ListTagsForResource: ({ resourceArn }) => on("logs:ListTagsForResource", resourceArn),
  PutLogEvents: onStream("PutLogEvents"),
  PutRetentionPolicy: onGroup("PutRetentionPolicy"),
  TagResource: ({ resourceArn, tags }) => on("logs:TagResource", resourceArn, tagContext(tags)),
  UntagResource: ({ resourceArn, tagKeys }) =>
    on("logs:UntagResource", resourceArn, { "aws:TagKeys": tagKeys }),
};
