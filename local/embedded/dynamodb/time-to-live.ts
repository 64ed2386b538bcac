import type { Clock } from "../../clock.ts";
import type { Dynalite, DynamoItem } from "./dynalite.ts";
import type { TableDescription } from "./table-definition.ts";

/** DynamoDB leaves an item alone whose time to live is more than five years past. (developer guide, TTL) */
const MAX_AGE_SECONDS = 5 * 365 * 24 * 60 * 60;

/** Whether DynamoDB would delete `item`; only numbers count, other types are left alone. */
export function isExpired(item: DynamoItem, attributeName: string, nowMs: number): boolean {
  const value = item[attributeName] as { N?: string } | undefined;
  if (value?.N === undefined) return false;
  const expiresAt = Number(value.N);
  const now = Math.floor(nowMs / 1000);
  return expiresAt <= now && expiresAt > now - MAX_AGE_SECONDS;
}

/** Deletes the expired items of one table. @returns how many */
export async function deleteExpired(
  dynalite: Dynalite,
  table: TableDescription,
  attributeName: string,
  nowMs: number,
): Promise<number> {
  const expired: DynamoItem[] = [];
  for await (const item of dynalite.store.getItemDb(table.TableName).createValueStream()) {
    if (isExpired(item, attributeName, nowMs)) expired.push(item);
  }
  for (const item of expired) {
    const Key = Object.fromEntries(
      table.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]),
    );
    // The value may have been moved on since it was read; then the item stays.
    await dynalite
      .call("DeleteItem", {
        TableName: table.TableName,
        Key,
        ConditionExpression: "#ttl = :seen",
        ExpressionAttributeNames: { "#ttl": attributeName },
        ExpressionAttributeValues: { ":seen": item[attributeName] },
      })
      .catch((error: Error) => {
        if (error.name !== "ConditionalCheckFailedException") throw error;
      });
  }
  return expired.length;
}

/** Sweeps once a minute of the runtime's clock; AWS promises no more than "within a few days". */
export function startSweeping(clock: Clock, sweep: (nowMs: number) => Promise<void>): () => void {
  let cancel = () => {};
  let stopped = false;
  const waitAndSweep = () => {
    cancel = clock.schedule(60_000, async () => {
      await sweep(clock.now());
      if (!stopped) waitAndSweep();
    });
  };
  waitAndSweep();
  return () => {
    stopped = true;
    cancel();
  };
}
