import { createRequire } from "node:module";
import { AwsError } from "../../wire/aws-error.ts";
import type { Realm } from "../../wire/realm.ts";

/**
 * The one place that knows dynalite's inside. Its public entry is an HTTP server that opens a port, throws
 * storage errors past every handler (which would end the runtime) and drops members that it does not know;
 * its operations, validations and store are plain modules, so they are called without that server.
 */
const require = createRequire(import.meta.url);

export type DynamoItem = Record<string, unknown>;
type Callback<Result> = (error: DynaliteError | null, result?: Result) => void;

interface DynaliteError extends Error {
  readonly statusCode?: number;
  readonly body?: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

/** A prefixed part of the one LevelDB that dynalite keeps. */
export interface PartDatabase {
  get(key: string, callback: Callback<unknown>): void;
  put(key: string, value: unknown, callback: Callback<unknown>): void;
  del(key: string, callback: Callback<unknown>): void;
  batch(operations: readonly object[], callback: Callback<unknown>): void;
  createValueStream(options?: object): AsyncIterable<DynamoItem>;
  lock(key: string, run: (release: <C>(callback: C) => C) => void): void;
}

export interface DynaliteStore {
  readonly db: { open(): Promise<void>; close(): Promise<void> };
  readonly tableDb: PartDatabase & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): PartDatabase;
  getIndexDb(kind: "Global" | "Local", table: string, index: string): PartDatabase;
  deleteIndexDb(kind: "Global" | "Local", table: string, index: string, callback: Callback<unknown>): void;
  getTagDb(name: string): PartDatabase;
}

/** dynalite's own table of an operation's members; a string or a structure with children. */
export type MemberType = string | { readonly type: string; readonly children?: MemberTypes | MemberType };
export type MemberTypes = Readonly<Record<string, MemberType>>;

interface OperationRules {
  readonly types: MemberTypes;
  readonly custom?: unknown;
}

interface Internals {
  readonly db: {
    create(options: object): DynaliteStore;
    updateIndexes(
      store: DynaliteStore,
      table: object,
      existing: undefined,
      item: DynamoItem,
      callback: Callback<void>,
    ): void;
    createKey(item: DynamoItem, table: object): string;
  };
  readonly validations: {
    checkTypes(data: unknown, types: MemberTypes): unknown;
    checkValidations(data: unknown, types: MemberTypes, custom: unknown, store: DynaliteStore): void;
  };
}

export const DYNALITE_OPERATIONS = [
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "PutItem",
  "Query",
  "Scan",
  "TagResource",
  "UntagResource",
  "UpdateItem",
  "UpdateTable",
] as const;
export type DynaliteOperation = (typeof DYNALITE_OPERATIONS)[number];

type Action = (store: DynaliteStore, data: unknown, callback: Callback<unknown>) => void;

const fileName = (operation: DynaliteOperation) => operation.charAt(0).toLowerCase() + operation.slice(1);

export interface Dynalite {
  readonly store: DynaliteStore;
  memberTypes(operation: DynaliteOperation): MemberTypes;
  /** Runs one operation. @throws AwsError as DynamoDB words it */
  call(operation: DynaliteOperation, input: unknown, store?: DynaliteStore): Promise<Record<string, unknown>>;
  /**
   * Writes an item's entries into the indexes of `table`, which need not be all that the real table has.
   * It does so under the item's lock and from what is stored by then, so that no writer is overtaken.
   */
  index(table: { readonly TableName: string }, item: DynamoItem): Promise<void>;
}

/** Opens dynalite on `directory` (made when missing). @throws Error when another process holds it */
export async function openDynalite(directory: string, realm: Realm): Promise<Dynalite> {
  const { db, validations } = loadInternals();
  const actions = new Map<DynaliteOperation, Action>();
  const rules = new Map<DynaliteOperation, OperationRules>();
  for (const operation of DYNALITE_OPERATIONS) {
    actions.set(operation, require(`dynalite/actions/${fileName(operation)}`));
    rules.set(operation, require(`dynalite/validations/${fileName(operation)}`));
  }
  const store = db.create({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = realm.accountId;
  store.tableDb.awsRegion = realm.region;
  await store.db.open().catch((cause: unknown) => {
    throw new Error(`The tables in ${directory} cannot be opened; is another run using them?`, { cause });
  });

  return {
    store,
    memberTypes: (operation) => required(rules, operation).types,
    async call(operation, input, on = store) {
      const { types, custom } = required(rules, operation);
      try {
        const data = validations.checkTypes(input, types);
        validations.checkValidations(data, types, custom, on);
        const result = await promised<unknown>((done) => required(actions, operation)(on, data, done));
        return typeof result === "object" && result !== null ? (result as Record<string, unknown>) : {};
      } catch (error) {
        throw asAwsError(error);
      }
    },
    async index(table, item) {
      const items = store.getItemDb(table.TableName);
      const key = db.createKey(item, table);
      await promised<void>((done) => {
        items.lock(key, (release) => {
          const released = release(done);
          items.get(key, (_missing, current) => {
            if (!current) return released(null);
            db.updateIndexes(store, table, undefined, current as DynamoItem, released);
          });
        });
      });
    },
  };
}

/** Turns dynalite's callbacks into promises. */
export function promised<Result>(start: (done: Callback<Result>) => void): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result)));
  });
}

function asAwsError(error: unknown): unknown {
  const { statusCode, body } = error as DynaliteError;
  if (statusCode === undefined || body === undefined) return error;
  const code = body.__type.slice(body.__type.indexOf("#") + 1);
  return new AwsError(code, body.message ?? body.Message ?? code, { statusCode, cause: error });
}

function loadInternals(): Internals {
  const version: string = require("dynalite/package.json").version;
  const internals: Internals = {
    db: require("dynalite/db"),
    validations: require("dynalite/validations"),
  };
  const needed = {
    "db.create": internals.db.create,
    "db.updateIndexes": internals.db.updateIndexes,
    "db.createKey": internals.db.createKey,
    "validations.checkTypes": internals.validations.checkTypes,
    "validations.checkValidations": internals.validations.checkValidations,
  };
  const missing = Object.entries(needed).filter(([, value]) => typeof value !== "function");
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(", ");
    throw new Error(`dynalite ${version} has no ${names}; local/embedded/dynamodb was written for 4.0`);
  }
  return internals;
}

function required<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`dynalite has no operation ${String(key)}`);
  return value;
}
