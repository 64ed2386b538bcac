import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../../wire/aws-error.ts";
import { type Dynalite, promised } from "./dynalite.ts";
import { addGlobalIndex, removeGlobalIndex } from "./secondary-indexes.ts";
import { planIndexChanges, type TableDefinition, type TableDescription } from "./table-definition.ts";
import type { SettingsStore } from "./table-settings.ts";

/** Makes the table, or brings an existing one to what is wanted. @throws TableReplacementError */
export async function ensureTable(
  dynalite: Dynalite,
  settings: SettingsStore,
  wanted: TableDefinition,
): Promise<{ readonly name: string; readonly arn: string }> {
  const existing = await describe(dynalite, wanted.tableName);
  if (existing) {
    const { create, remove } = planIndexChanges(existing, wanted);
    for (const name of remove) await removeGlobalIndex(dynalite, wanted.tableName, name);
    for (const index of create) {
      await addGlobalIndex(dynalite, wanted.tableName, index, wanted.attributeDefinitions);
    }
    const billing = existing.BillingModeSummary?.BillingMode ?? "PROVISIONED";
    if (billing !== wanted.billingMode) {
      await dynalite.call("UpdateTable", {
        TableName: wanted.tableName,
        BillingMode: wanted.billingMode,
        ...(wanted.billingMode === "PROVISIONED" && { ProvisionedThroughput: wanted.throughput }),
      });
      await settled(dynalite, wanted.tableName);
    }
  } else {
    await dynalite.call("CreateTable", {
      TableName: wanted.tableName,
      AttributeDefinitions: wanted.attributeDefinitions,
      KeySchema: wanted.keySchema,
      ...(wanted.globalIndexes.length > 0 && { GlobalSecondaryIndexes: wanted.globalIndexes }),
      ...(wanted.localIndexes.length > 0 && { LocalSecondaryIndexes: wanted.localIndexes }),
      BillingMode: wanted.billingMode,
      ...(wanted.throughput && { ProvisionedThroughput: wanted.throughput }),
    });
    await settled(dynalite, wanted.tableName);
  }
  const table = await settled(dynalite, wanted.tableName);
  await replaceTags(dynalite, table.TableArn, wanted.tags);
  await settings.set(wanted.tableName, {
    timeToLive: wanted.timeToLive,
    deletionProtection: wanted.deletionProtection,
    pointInTimeRecovery: wanted.pointInTimeRecovery,
  });
  return { name: wanted.tableName, arn: table.TableArn };
}

/** The table, or undefined when there is none. */
export async function describe(dynalite: Dynalite, tableName: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = await dynalite.call("DescribeTable", { TableName: tableName });
    return Table as TableDescription;
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** Waits until dynalite, which turns a table ACTIVE on a timer, has done so. */
export async function settled(dynalite: Dynalite, tableName: string): Promise<TableDescription> {
  return poll(`Table ${tableName} did not become ACTIVE`, async () => {
    const table = await describe(dynalite, tableName);
    return table?.TableStatus === "ACTIVE" ? table : undefined;
  });
}

/** Waits until a table that is being dropped is no longer there. */
export async function gone(dynalite: Dynalite, tableName: string): Promise<void> {
  await poll(`Table ${tableName} was not dropped`, async () => !(await describe(dynalite, tableName)));
}

async function poll<Result>(failure: string, look: () => Promise<Result>): Promise<NonNullable<Result>> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const result = await look();
    if (result) return result;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(failure);
}

/** Ends what a killed run had under way: tables being made or dropped. */
export async function recoverTable(dynalite: Dynalite, table: TableDescription): Promise<void> {
  if (table.TableStatus === "ACTIVE") return;
  await promised((done) =>
    table.TableStatus === "DELETING"
      ? dynalite.store.tableDb.del(table.TableName, done)
      : dynalite.store.tableDb.put(table.TableName, { ...table, TableStatus: "ACTIVE" }, done),
  );
}

async function replaceTags(
  dynalite: Dynalite,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const { Tags } = await dynalite.call("ListTagsOfResource", { ResourceArn: arn });
  const before = Object.fromEntries(
    (Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );
  if (isDeepStrictEqual(before, { ...tags })) return;
  const gone = Object.keys(before).filter((key) => !(key in tags));
  if (gone.length > 0) await dynalite.call("UntagResource", { ResourceArn: arn, TagKeys: gone });
  const Tagged = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tagged.length > 0) await dynalite.call("TagResource", { ResourceArn: arn, Tags: Tagged });
}
