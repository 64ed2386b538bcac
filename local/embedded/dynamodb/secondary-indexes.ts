import { AwsError } from "../../wire/aws-error.ts";
import { type Dynalite, promised } from "./dynalite.ts";
import type { AttributeDefinition, SecondaryIndex, TableDescription } from "./table-definition.ts";

/**
 * Adds a global index to a table and fills it from the items that are there.
 * dynalite itself accepts such an update and then does nothing.
 */
export async function addGlobalIndex(
  dynalite: Dynalite,
  tableName: string,
  index: SecondaryIndex,
  attributeDefinitions: readonly AttributeDefinition[],
): Promise<void> {
  const table = await readTable(dynalite, tableName);
  if (table.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === index.IndexName)) {
    throw new AwsError(
      "ValidationException",
      `Attempting to create an index which already exists: ${index.IndexName}`,
    );
  }
  const known = new Map(
    [...table.AttributeDefinitions, ...attributeDefinitions].map((definition) => [
      definition.AttributeName,
      definition,
    ]),
  );
  const undefinedKey = index.KeySchema.find(({ AttributeName }) => !known.has(AttributeName));
  if (undefinedKey) {
    throw new AwsError(
      "ValidationException",
      `One or more parameter values were invalid: ${undefinedKey.AttributeName} is not defined in AttributeDefinitions`,
    );
  }
  const entry = {
    ...index,
    IndexArn: `${table.TableArn}/index/${index.IndexName}`,
    IndexStatus: "ACTIVE",
    IndexSizeBytes: 0,
    ItemCount: 0,
    ProvisionedThroughput: {
      ReadCapacityUnits: 0,
      WriteCapacityUnits: 0,
      ...index.ProvisionedThroughput,
      NumberOfDecreasesToday: 0,
    },
  };
  // From here on writers keep the index up to date; what was written before is filled in behind them.
  const updated = {
    ...table,
    AttributeDefinitions: [...known.values()],
    GlobalSecondaryIndexes: [...(table.GlobalSecondaryIndexes ?? []), entry],
  };
  await writeTable(dynalite, updated);
  await fillIndexes(dynalite, { ...updated, LocalSecondaryIndexes: [], GlobalSecondaryIndexes: [entry] });
}

/** Drops a global index, its entries and the attribute definitions that nothing else uses. */
export async function removeGlobalIndex(
  dynalite: Dynalite,
  tableName: string,
  indexName: string,
): Promise<void> {
  const table = await readTable(dynalite, tableName);
  const kept = (table.GlobalSecondaryIndexes ?? []).filter(({ IndexName }) => IndexName !== indexName);
  if (kept.length === (table.GlobalSecondaryIndexes ?? []).length) {
    throw new AwsError("ResourceNotFoundException", `Requested resource not found: Index: ${indexName}`);
  }
  const used = new Set(
    [table, ...kept, ...(table.LocalSecondaryIndexes ?? [])].flatMap(({ KeySchema }) =>
      KeySchema.map(({ AttributeName }) => AttributeName),
    ),
  );
  const { GlobalSecondaryIndexes: _dropped, ...rest } = table;
  await writeTable(dynalite, {
    ...rest,
    AttributeDefinitions: table.AttributeDefinitions.filter(({ AttributeName }) => used.has(AttributeName)),
    ...(kept.length > 0 && { GlobalSecondaryIndexes: kept }),
  });
  await promised((done) => dynalite.store.deleteIndexDb("Global", tableName, indexName, done));
}

/**
 * Writes the indexes of a table anew from its items. dynalite writes an item and its index entries one after
 * another, so a run that was killed may have left them apart.
 */
export async function rebuildIndexes(dynalite: Dynalite, table: TableDescription): Promise<void> {
  for (const kind of ["Global", "Local"] as const) {
    for (const { IndexName } of table[`${kind}SecondaryIndexes`] ?? []) {
      await promised((done) => dynalite.store.deleteIndexDb(kind, table.TableName, IndexName, done));
    }
  }
  await fillIndexes(dynalite, table);
}

async function fillIndexes(dynalite: Dynalite, table: TableDescription): Promise<void> {
  if (!table.GlobalSecondaryIndexes?.length && !table.LocalSecondaryIndexes?.length) return;
  for await (const item of dynalite.store.getItemDb(table.TableName).createValueStream()) {
    await dynalite.index(table, item);
  }
}

async function readTable(dynalite: Dynalite, tableName: string): Promise<TableDescription> {
  const { Table } = await dynalite.call("DescribeTable", { TableName: tableName });
  return Table as TableDescription;
}

async function writeTable(dynalite: Dynalite, table: TableDescription): Promise<void> {
  await promised((done) => dynalite.store.tableDb.put(table.TableName, table, done));
}
