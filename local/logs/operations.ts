import { type Operation, operation } from "../wire/operation.ts";
import type { LogEngine } from "./log-engine.ts";
import { filterLogEvents, filterLogEventsSchema } from "./operations/filter-log-events.ts";
import { getLogEvents, getLogEventsSchema } from "./operations/get-log-events.ts";
import * as groups from "./operations/groups.ts";
import { putLogEvents, putLogEventsSchema } from "./operations/put-log-events.ts";
import * as streams from "./operations/streams.ts";
import * as tags from "./operations/tags.ts";

const define = operation<LogEngine>();

/** Every operation of the CloudWatch Logs API that is played. */
export const logsOperations: Readonly<Record<string, Operation<LogEngine>>> = {
  CreateLogGroup: define(groups.createLogGroupSchema, groups.createLogGroup),
  CreateLogStream: define(streams.logStreamSchema, streams.createLogStream),
  DeleteLogGroup: define(groups.deleteLogGroupSchema, groups.deleteLogGroup),
  DeleteLogStream: define(streams.logStreamSchema, streams.deleteLogStream),
  DeleteRetentionPolicy: define(groups.deleteRetentionPolicySchema, groups.deleteRetentionPolicy),
  DescribeLogGroups: define(groups.describeLogGroupsSchema, groups.describeLogGroups),
  DescribeLogStreams: define(streams.describeLogStreamsSchema, streams.describeLogStreams),
  FilterLogEvents: define(filterLogEventsSchema, filterLogEvents),
  GetLogEvents: define(getLogEventsSchema, getLogEvents),
  ListTagsForResource: define(tags.listTagsForResourceSchema, tags.listTagsForResource),
  PutLogEvents: define(putLogEventsSchema, putLogEvents),
  PutRetentionPolicy: define(groups.putRetentionPolicySchema, groups.putRetentionPolicy),
  TagResource: define(tags.tagResourceSchema, tags.tagResource),
  UntagResource: define(tags.untagResourceSchema, tags.untagResource),
};
