import { z } from "zod";
import { NotPlayedError } from "../../wire/aws-error.ts";
import type { TableDefinition } from "./table-definition.ts";

/** CloudFormation writes numbers and booleans as text now and then. */
const number = z.coerce.number().int().min(1);
const flag = z.union([z.boolean(), z.stringbool()]);

const keySchema = z
  .array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }))
  .min(1)
  .max(2);
const throughput = z.strictObject({ ReadCapacityUnits: number, WriteCapacityUnits: number });
const projection = z.strictObject({
  ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const localIndex = z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection });
const globalIndex = localIndex.extend({
  ProvisionedThroughput: throughput.optional(),
});

const tableProperties = z.strictObject({
  TableName: z.string().min(3).max(255),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(globalIndex).optional(),
  LocalSecondaryIndexes: z.array(localIndex).optional(),
  BillingMode: z.enum(["PAY_PER_REQUEST", "PROVISIONED"]).optional(),
  ProvisionedThroughput: throughput.optional(),
  PointInTimeRecoverySpecification: z
    .strictObject({
      PointInTimeRecoveryEnabled: flag.optional(),
      RecoveryPeriodInDays: z.coerce.number().optional(),
    })
    .optional(),
  SSESpecification: z
    .strictObject({
      SSEEnabled: flag,
      SSEType: z.string().optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: flag }).optional(),
  DeletionProtectionEnabled: flag.optional(),
  TableClass: z.enum(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export interface TableFromTemplate {
  readonly definition: TableDefinition;
  /** Properties that change nothing on this machine, each with why; to be listed at start. */
  readonly withoutEffect: readonly string[];
}

/**
 * Reads the resolved properties of an AWS::DynamoDB::Table.
 * @param properties intrinsic functions resolved; a table without a name gets `generatedName`
 * @throws NotPlayedError for properties that are not played (streams, imports, replicas, ...)
 */
export function tableFromTemplate(properties: object, generatedName: string): TableFromTemplate {
  const parsed = tableProperties.safeParse({ TableName: generatedName, ...properties });
  if (!parsed.success) {
    const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
    if (unknown) {
      const names = unknown.keys.map((key) => [...unknown.path, key].join(".")).join(", ");
      throw new NotPlayedError(`AWS::DynamoDB::Table ${names}`);
    }
    throw new Error(`AWS::DynamoDB::Table ${generatedName}: ${z.prettifyError(parsed.error)}`);
  }
  const table = parsed.data;
  const recovery = table.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled;
  const ttl = table.TimeToLiveSpecification;
  return {
    definition: {
      tableName: table.TableName,
      attributeDefinitions: table.AttributeDefinitions,
      keySchema: table.KeySchema,
      globalIndexes: table.GlobalSecondaryIndexes ?? [],
      localIndexes: table.LocalSecondaryIndexes ?? [],
      billingMode: table.BillingMode ?? "PROVISIONED",
      throughput: table.ProvisionedThroughput,
      tags: Object.fromEntries((table.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
      timeToLive: ttl && { attributeName: ttl.AttributeName, enabled: ttl.Enabled },
      deletionProtection: table.DeletionProtectionEnabled,
      pointInTimeRecovery: recovery,
    },
    withoutEffect: [
      ...(recovery ? ["PointInTimeRecoverySpecification: reported, but restoring is not played"] : []),
      ...(table.SSESpecification?.SSEEnabled ? ["SSESpecification: local items are not encrypted"] : []),
      ...(table.TableClass ? ["TableClass: it decides cost alone"] : []),
      ...(table.ProvisionedThroughput
        ? ["ProvisionedThroughput: reported, but calls are not throttled"]
        : []),
    ],
  };
}
