import { isDeepStrictEqual } from "node:util";
import type { DynaliteStore, DynamoItem } from "./dynalite.ts";
import type { SecondaryIndex, TableDescription } from "./table-definition.ts";

/** One item of a table before and after a write; undefined where there is none. */
export interface ItemWrite {
  readonly table: string;
  readonly before: DynamoItem | undefined;
  readonly after: DynamoItem | undefined;
}

/** A view of the store that notes what writes find and leave. */
export function watchWrites(store: DynaliteStore): { store: DynaliteStore; writes: readonly ItemWrite[] } {
  const writes: ItemWrite[] = [];
  return {
    writes,
    store: {
      ...store,
      getItemDb(table) {
        const part = store.getItemDb(table);
        const found = new Map<string, DynamoItem | undefined>();
        const note = (key: string, after: DynamoItem | undefined) =>
          writes.push({ table, before: found.get(key), after });
        return {
          ...part,
          get: (key, done) =>
            part.get(key, (error, item) => {
              found.set(key, item as DynamoItem | undefined);
              done(error, item);
            }),
          put: (key, item, done) => {
            note(key, item as DynamoItem);
            part.put(key, item, done);
          },
          del: (key, done) => {
            note(key, undefined);
            part.del(key, done);
          },
        };
      },
    },
  };
}

/** Write units of a table and of each of its indexes that a write touches. */
export interface WriteUnits {
  table: number;
  readonly indexes: Map<string, number>;
}

/**
 * What writes to one table consume. A unit is a KB; of an item the larger of before and after, of an index an entry that
 * comes, goes or changes, and two for one whose key changes. Source: Amazon DynamoDB developer guide, "Global secondary
 * indexes in DynamoDB", provisioned throughput considerations.
 */
export function writeUnits(table: TableDescription, writes: readonly ItemWrite[]): WriteUnits {
  const units: WriteUnits = { table: 0, indexes: new Map() };
  for (const { before, after } of writes) {
    units.table += Math.max(unitsOf(before), unitsOf(after), 1);
    for (const index of table.GlobalSecondaryIndexes ?? []) {
      const taken = indexUnits(entryOf(index, table, before), entryOf(index, table, after), index);
      if (taken > 0) units.indexes.set(index.IndexName, (units.indexes.get(index.IndexName) ?? 0) + taken);
    }
  }
  return units;
}

/** As an answer has it. @param wanted TOTAL leaves out which of it is whose */
export function consumedCapacity(tableName: string, { table, indexes }: WriteUnits, wanted: unknown) {
  const CapacityUnits = [...indexes.values()].reduce((sum, units) => sum + units, table);
  const total = { TableName: tableName, CapacityUnits };
  if (wanted !== "INDEXES") return total;
  const byIndex = [...indexes].map(([name, units]) => [name, { CapacityUnits: units }]);
  return {
    ...total,
    Table: { CapacityUnits: table },
    ...(byIndex.length > 0 && { GlobalSecondaryIndexes: Object.fromEntries(byIndex) }),
  };
}

function indexUnits(before: DynamoItem | undefined, after: DynamoItem | undefined, index: SecondaryIndex) {
  if (!before || !after) return unitsOf(before) + unitsOf(after);
  if (isSame(before, after)) return 0;
  const hasMoved = index.KeySchema.some(
    ({ AttributeName }) => !isSame(before[AttributeName], after[AttributeName]),
  );
  return hasMoved ? unitsOf(before) + unitsOf(after) : Math.max(unitsOf(before), unitsOf(after));
}

/** Whatever their prototypes: what was stored has others than what has come over the wire. */
function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(structuredClone(one), structuredClone(other));
}

/** What an index has of an item: nothing where the item lacks one of its keys. */
function entryOf(
  { KeySchema, Projection }: SecondaryIndex,
  table: TableDescription,
  item: DynamoItem | undefined,
): DynamoItem | undefined {
  if (!item || KeySchema.some(({ AttributeName }) => item[AttributeName] === undefined)) return undefined;
  if (Projection.ProjectionType === "ALL") return item;
  const keys = [...KeySchema, ...table.KeySchema].map(({ AttributeName }) => AttributeName);
  const names = new Set([...keys, ...(Projection.NonKeyAttributes ?? [])]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

const UNIT_BYTES = 1_024;

function unitsOf(item: DynamoItem | undefined): number {
  return item === undefined ? 0 : Math.ceil(bytesOfMap(item) / UNIT_BYTES);
}

function bytesOfMap(members: Readonly<Record<string, unknown>>): number {
  return Object.entries(members).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value as Record<string, unknown>),
    0,
  );
}

/** Source: Amazon DynamoDB developer guide, "DynamoDB item sizes and formats". */
function bytesOf(attribute: Readonly<Record<string, unknown>>): number {
  const [[type, value] = []] = Object.entries(attribute);
  const texts = Array.isArray(value) ? value : [value];
  const sum = (bytes: (each: unknown) => number) => texts.reduce((total, each) => total + bytes(each), 0);
  switch (type) {
    case "S":
    case "SS":
      return sum((text) => Buffer.byteLength(String(text)));
    case "N":
    case "NS":
      return sum((text) => bytesOfNumber(String(text)));
    case "B":
    case "BS":
      return sum((text) => Buffer.byteLength(String(text), "base64"));
    case "L":
      return 3 + sum((each) => 1 + bytesOf(each as Record<string, unknown>));
    case "M": {
      const members = value as Record<string, unknown>;
      return 3 + Object.keys(members).length + bytesOfMap(members);
    }
    default:
      return 1;
  }
}

/** About a byte for two significant digits, and one more. */
function bytesOfNumber(text: string): number {
  const digits = text
    .replace(/e.*$/i, "")
    .replace(/[^0-9]/g, "")
    .replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}
