import { z } from "zod";
import { AwsError, NotPlayedError } from "../../wire/aws-error.ts";
import { type Operation, operation } from "../../wire/operation.ts";
import { consumedCapacity, watchWrites, writeUnits } from "./consumed-capacity.ts";
import { gone, settled } from "./create-table.ts";
import {
  DYNALITE_OPERATIONS,
  type Dynalite,
  type DynaliteOperation,
  type DynaliteStore,
  type DynamoItem,
} from "./dynalite.ts";
import { refuseUnknownMembers } from "./known-members.ts";
import { addGlobalIndex, removeGlobalIndex } from "./secondary-indexes.ts";
import type { AttributeDefinition, SecondaryIndex, TableDescription } from "./table-definition.ts";
import type { SettingsStore } from "./table-settings.ts";

export interface Tables {
  readonly dynalite: Dynalite;
  readonly settings: SettingsStore;
}

type Input = Record<string, unknown>;
const define = operation<Tables>();
const anything = z.record(z.string(), z.unknown());
const named = z.strictObject({ TableName: z.string() });

/** DynamoDB's operations: dynalite's, with what it lacks or would drop put right, and a few of ours. */
export function tableOperations(): Record<string, Operation<Tables>> {
  const passedOn = DYNALITE_OPERATIONS.map((name) => [
    name,
    define(anything, ({ dynalite }, input) => passOn(dynalite, name, input)),
  ]);
  return { ...Object.fromEntries(passedOn), ...ours };
}

/** Members without effect here, because dynalite always does what they ask for. */
const ALWAYS_TRUE: Partial<Record<DynaliteOperation, string>> = { Scan: "ConsistentRead" };

async function passOn(dynalite: Dynalite, name: DynaliteOperation, input: Input, store?: DynaliteStore) {
  const { [ALWAYS_TRUE[name] ?? ""]: _always, ...rest } = input;
  refuseUnknownMembers(name, rest, dynalite.memberTypes(name));
  const { ReturnConsumedCapacity: wanted } = input;
  if (!WRITES.has(name) || (wanted !== "TOTAL" && wanted !== "INDEXES")) {
    return dynalite.call(name, rest, store);
  }
  const watched = watchWrites(store ?? dynalite.store);
  const answer = await dynalite.call(name, rest, watched.store);
  const capacities = await Promise.all(
    [...new Set(watched.writes.map(({ table }) => table))].map(async (table) => {
      const { Table } = await dynalite.call("DescribeTable", { TableName: table });
      const writes = watched.writes.filter((write) => write.table === table);
      return consumedCapacity(table, writeUnits(Table as TableDescription, writes), wanted);
    }),
  );
  return { ...answer, ConsumedCapacity: name === "BatchWriteItem" ? capacities : capacities[0] };
}

/** What they consume dynalite counts without global indexes. */
const WRITES: ReadonlySet<DynaliteOperation> = new Set([
  "BatchWriteItem",
  "DeleteItem",
  "PutItem",
  "UpdateItem",
]);

/** Conditional writes that answer the item on which the condition failed, as it was under the item's lock. */
function conditionalWrite(name: "PutItem" | "UpdateItem" | "DeleteItem"): Operation<Tables> {
  return define(anything, async ({ dynalite }, input) => {
    const { ReturnValuesOnConditionCheckFailure: wanted, ...rest } = input;
    if (wanted === undefined || wanted === "NONE") return passOn(dynalite, name, rest);
    if (wanted !== "ALL_OLD") {
      throw new AwsError(
        "ValidationException",
        `Value '${wanted}' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: ` +
          "Member must satisfy enum value set: [ALL_OLD, NONE]",
      );
    }
    const seen = watchReads(dynalite.store);
    try {
      return await passOn(dynalite, name, rest, seen.store);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
      throw new AwsError(error.code, error.message, {
        members: seen.item() === undefined ? {} : { Item: seen.item() },
        cause: error,
      });
    }
  });
}

/** A view of the store that remembers the item that a write read before it judged its condition. */
function watchReads(store: DynaliteStore): { store: DynaliteStore; item(): DynamoItem | undefined } {
  let item: DynamoItem | undefined;
  return {
    item: () => item,
    store: {
      ...store,
      getItemDb(table) {
        const part = store.getItemDb(table);
        return {
          ...part,
          get: (key, done) =>
            part.get(key, (error, found) => {
              item = found as DynamoItem | undefined;
              done(error, found);
            }),
        };
      },
    },
  };
}

const specification = z.strictObject({ Enabled: z.boolean(), AttributeName: z.string().min(1).max(255) });

const ours: Record<string, Operation<Tables>> = {
  PutItem: conditionalWrite("PutItem"),
  UpdateItem: conditionalWrite("UpdateItem"),
  DeleteItem: conditionalWrite("DeleteItem"),

  CreateTable: define(anything, async ({ dynalite, settings }, input) => {
    const { DeletionProtectionEnabled, Tags, StreamSpecification, ...table } = input;
    if ((StreamSpecification as { StreamEnabled?: boolean } | undefined)?.StreamEnabled) {
      throw new NotPlayedError("dynamodb CreateTable: StreamSpecification");
    }
    const name = String(table.TableName);
    await passOn(dynalite, "CreateTable", table);
    const { TableArn } = await settled(dynalite, name);
    if (Array.isArray(Tags) && Tags.length > 0) {
      await dynalite.call("TagResource", { ResourceArn: TableArn, Tags });
    }
    await settings.set(name, { deletionProtection: DeletionProtectionEnabled === true });
    return {
      TableDescription: { ...(await describeShown({ dynalite, settings }, name)), TableStatus: "CREATING" },
    };
  }),

  DescribeTable: define(named, async (tables, { TableName }) => ({
    Table: await describeShown(tables, TableName),
  })),

  DeleteTable: define(named, (tables, { TableName }) => dropTable(tables, TableName)),

  UpdateTable: define(anything, async (tables, input) => {
    const { dynalite, settings } = tables;
    const {
      AttributeDefinitions = [],
      GlobalSecondaryIndexUpdates = [],
      DeletionProtectionEnabled,
      ...rest
    } = input;
    const TableName = String(input.TableName);
    const updates = GlobalSecondaryIndexUpdates as IndexUpdate[];
    const throughput = updates.filter((update) => update.Update);
    const { TableName: _name, ...changes } = rest;
    if (Object.keys(changes).length > 0 || throughput.length > 0) {
      await passOn(dynalite, "UpdateTable", {
        ...rest,
        ...(throughput.length > 0 && { GlobalSecondaryIndexUpdates: throughput }),
      });
      await settled(dynalite, TableName);
    }
    for (const { Create, Delete } of updates) {
      if (Create) {
        await addGlobalIndex(dynalite, TableName, Create, AttributeDefinitions as AttributeDefinition[]);
      }
      if (Delete) await removeGlobalIndex(dynalite, TableName, Delete.IndexName);
    }
    if (DeletionProtectionEnabled !== undefined) {
      await settings.set(TableName, { deletionProtection: DeletionProtectionEnabled === true });
    }
    return { TableDescription: await describeShown(tables, TableName) };
  }),

  DescribeTimeToLive: define(named, async ({ dynalite, settings }, { TableName }) => {
    await dynalite.call("DescribeTable", { TableName });
    const { timeToLive } = settings.get(TableName);
    return {
      TimeToLiveDescription: timeToLive?.enabled
        ? { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive.attributeName }
        : { TimeToLiveStatus: "DISABLED" },
    };
  }),

  UpdateTimeToLive: define(
    named.extend({ TimeToLiveSpecification: specification }),
    async ({ dynalite, settings }, { TableName, TimeToLiveSpecification }) => {
      await dynalite.call("DescribeTable", { TableName });
      const { Enabled: enabled, AttributeName: attributeName } = TimeToLiveSpecification;
      const before = settings.get(TableName).timeToLive?.enabled ?? false;
      if (before === enabled) {
        throw new AwsError(
          "ValidationException",
          `TimeToLive is already ${enabled ? "enabled" : "disabled"}`,
        );
      }
      await settings.set(TableName, { timeToLive: { attributeName, enabled } });
      return { TimeToLiveSpecification };
    },
  ),

  DescribeContinuousBackups: define(named, async ({ dynalite, settings }, { TableName }) => {
    await dynalite.call("DescribeTable", { TableName });
    const PointInTimeRecoveryStatus = settings.get(TableName).pointInTimeRecovery ? "ENABLED" : "DISABLED";
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus },
      },
    };
  }),
};

/** Drops a table with its items and settings. @throws AwsError when it is protected against that */
export async function dropTable({ dynalite, settings }: Tables, tableName: string) {
  if (settings.get(tableName).deletionProtection) {
    throw new AwsError(
      "ValidationException",
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. (table ${tableName})`,
    );
  }
  const answer = await dynalite.call("DeleteTable", { TableName: tableName });
  await gone(dynalite, tableName);
  await settings.remove(tableName);
  return answer;
}

interface IndexUpdate {
  readonly Create?: SecondaryIndex;
  readonly Update?: object;
  readonly Delete?: { readonly IndexName: string };
}

async function describeShown({ dynalite, settings }: Tables, tableName: string) {
  const { Table } = await dynalite.call("DescribeTable", { TableName: tableName });
  return {
    ...(Table as Input),
    DeletionProtectionEnabled: settings.get(tableName).deletionProtection ?? false,
  };
}
