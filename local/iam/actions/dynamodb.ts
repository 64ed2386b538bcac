import { arn, type Realm } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on, tagContext, tagsOf } from "./requirement.ts";

/** A table's ARN, which operations take in place of the name. What is no text is refused by the operation itself. */
function tableArn(realm: Realm, table: unknown): string {
  const name = String(table);
  return name.startsWith("arn:") ? name : arn(realm, "dynamodb", `table/${name}`);
}

const onTable =
  (action: string): ActionMapping =>
  ({ TableName, Select, ReturnValues, ReturnConsumedCapacity }, { realm }) =>
    on(`dynamodb:${action}`, tableArn(realm, TableName), {
      "dynamodb:Select": Select,
      "dynamodb:ReturnValues": ReturnValues,
      "dynamodb:ReturnConsumedCapacity": ReturnConsumedCapacity,
    });

/** A read of an index is asked about the index, not about its table. */
const onTableOrIndex =
  (action: string): ActionMapping =>
  (input, facts) =>
    onTable(action)(input, facts).map((one) =>
      input.IndexName === undefined ? one : { ...one, resource: `${one.resource}/index/${input.IndexName}` },
    );

const onTables =
  (action: string): ActionMapping =>
  ({ RequestItems, ReturnConsumedCapacity }, { realm }) =>
    Object.keys(RequestItems ?? {}).flatMap((table) =>
      on(`dynamodb:${action}`, tableArn(realm, table), {
        "dynamodb:ReturnConsumedCapacity": ReturnConsumedCapacity,
      }),
    );

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
export const dynamodbActions: ActionMappings = {
  BatchGetItem: onTables("BatchGetItem"),
  BatchWriteItem: onTables("BatchWriteItem"),
  CreateTable: ({ TableName, Tags }, { realm }) => [
    ...on("dynamodb:CreateTable", tableArn(realm, TableName), tagContext(tagsOf(Tags))),
    ...(Tags?.length > 0
      ? on("dynamodb:TagResource", tableArn(realm, TableName), tagContext(tagsOf(Tags)))
      : []),
  ],
  DeleteItem: onTable("DeleteItem"),
  DeleteTable: onTable("DeleteTable"),
  DescribeContinuousBackups: onTable("DescribeContinuousBackups"),
  DescribeTable: onTable("DescribeTable"),
  DescribeTimeToLive: onTable("DescribeTimeToLive"),
  GetItem: onTable("GetItem"),
  ListTables: () => on("dynamodb:ListTables", "*"),
  ListTagsOfResource: ({ ResourceArn }) => on("dynamodb:ListTagsOfResource", String(ResourceArn)),
  PutItem: onTable("PutItem"),
  Query: onTableOrIndex("Query"),
  Scan: onTableOrIndex("Scan"),
  TagResource: ({ ResourceArn, Tags }) =>
    on("dynamodb:TagResource", String(ResourceArn), tagContext(tagsOf(Tags))),
  UntagResource: ({ ResourceArn, TagKeys }) =>
    on("dynamodb:UntagResource", String(ResourceArn), { "aws:TagKeys": TagKeys }),
  UpdateItem: onTable("UpdateItem"),
  UpdateTable: onTable("UpdateTable"),
  UpdateTimeToLive: onTable("UpdateTimeToLive"),
};
