import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, createClock } from "../clock.ts";
import { jsonService } from "../wire/json-service.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { describe, ensureTable, recoverTable } from "./dynamodb/create-table.ts";
import { openDynalite } from "./dynamodb/dynalite.ts";
import { dropTable, tableOperations } from "./dynamodb/operations.ts";
import { rebuildIndexes } from "./dynamodb/secondary-indexes.ts";
import type { TableDefinition, TableDescription } from "./dynamodb/table-definition.ts";
import { openSettings } from "./dynamodb/table-settings.ts";
import { deleteExpired, startSweeping } from "./dynamodb/time-to-live.ts";

export { type TableFromTemplate, tableFromTemplate } from "./dynamodb/from-template.ts";
export { type TableDefinition, TableReplacementError } from "./dynamodb/table-definition.ts";

export interface TablesOptions {
  readonly realm: Realm;
  /** Where the items are kept; made when missing. One run at a time can have it open. */
  readonly directory: string;
  /** Time for time-to-live; the wall clock when left out. */
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

export interface LocalTables {
  readonly dynamodb: GatewayService;
  /** Makes the table, or changes an existing one's indexes, tags and settings. @throws TableReplacementError */
  createTable(definition: TableDefinition): Promise<{ readonly name: string; readonly arn: string }>;
  /** Drops a table whose resource has left the template; nothing when there is none. @throws AwsError when protected */
  deleteTable(tableName: string): Promise<void>;
  /** Deletes what is past its time to live now. @returns the number of items; also done every minute */
  sweepExpired(nowMs?: number): Promise<number>;
  stop(): Promise<void>;
}

/** DynamoDB by dynalite, inside this process and on no port of its own. */
export async function createTables(options: TablesOptions): Promise<LocalTables> {
  const { realm, directory, clock = createClock(), log = () => {} } = options;
  mkdirSync(directory, { recursive: true });
  const dynalite = await openDynalite(join(directory, "dynalite"), realm);
  // Made while a run has the tables open: finding it means that the last run was killed.
  const openMarker = join(directory, "open");
  const killed = existsSync(openMarker);
  writeFileSync(openMarker, "");
  const tables: TableDescription[] = [];
  for await (const table of dynalite.store.tableDb.createValueStream()) {
    tables.push(table as unknown as TableDescription);
  }
  for (const table of tables) {
    await recoverTable(dynalite, table);
    if (killed && table.TableStatus !== "DELETING") await rebuildIndexes(dynalite, table);
  }

  const settings = await openSettings(dynalite);
  const sweepExpired = async (nowMs = clock.now()) => {
    let deleted = 0;
    for (const [tableName, { timeToLive }] of settings.all()) {
      if (!timeToLive?.enabled) continue;
      const table = await describe(dynalite, tableName);
      if (table) deleted += await deleteExpired(dynalite, table, timeToLive.attributeName, nowMs);
    }
    return deleted;
  };
  let sweeping: Promise<void> = Promise.resolve();
  const stopSweeping = startSweeping(clock, (nowMs) => {
    sweeping = sweepExpired(nowMs).then(
      () => {},
      (error: Error) => log(`dynamodb: expired items could not be deleted: ${error.message}`),
    );
    return sweeping;
  });

  return {
    dynamodb: jsonService({
      signingNames: ["dynamodb"],
      targetPrefix: "DynamoDB_20120810",
      version: "1.0",
      validationCode: "ValidationException",
      service: { dynalite, settings },
      operations: tableOperations(),
    }),
    createTable: (definition) => ensureTable(dynalite, settings, definition),
    async deleteTable(tableName) {
      if (await describe(dynalite, tableName)) await dropTable({ dynalite, settings }, tableName);
    },
    sweepExpired,
    async stop() {
      stopSweeping();
      await sweeping;
      await dynalite.store.db.close();
      rmSync(openMarker, { force: true });
    },
  };
}
