import { isDeepStrictEqual } from "node:util";

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: "HASH" | "RANGE";
}

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: "S" | "N" | "B";
}

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

export interface SecondaryIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: {
    readonly ProjectionType?: "ALL" | "KEYS_ONLY" | "INCLUDE" | undefined;
    readonly NonKeyAttributes?: readonly string[] | undefined;
  };
  readonly ProvisionedThroughput?: Throughput | undefined;
}

/** What dynalite has no place for and we keep beside its tables. */
export interface TableSettings {
  /** The number attribute, in seconds since the epoch, past which an item is deleted. */
  readonly timeToLive?: { readonly attributeName: string; readonly enabled: boolean } | undefined;
  readonly deletionProtection?: boolean | undefined;
  /** Reported by DescribeContinuousBackups; restoring is not played. */
  readonly pointInTimeRecovery?: boolean | undefined;
}

/** A table as a template or CreateTable asks for it. */
export interface TableDefinition extends TableSettings {
  readonly tableName: string;
  readonly attributeDefinitions: readonly AttributeDefinition[];
  readonly keySchema: readonly KeyElement[];
  readonly globalIndexes: readonly SecondaryIndex[];
  readonly localIndexes: readonly SecondaryIndex[];
  readonly billingMode: "PAY_PER_REQUEST" | "PROVISIONED";
  readonly throughput?: Throughput | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A table as DescribeTable shows it; the members that we compare. */
export interface TableDescription {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableStatus: string;
  readonly AttributeDefinitions: readonly AttributeDefinition[];
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly SecondaryIndex[];
  readonly LocalSecondaryIndexes?: readonly SecondaryIndex[];
  readonly BillingModeSummary?: { readonly BillingMode: string };
}

/** A change that DynamoDB makes only by replacing the table, which would lose its items. */
export class TableReplacementError extends Error {
  readonly tableName: string;
  readonly property: string;

  constructor(tableName: string, property: string) {
    super(
      `Table ${tableName} exists with another ${property}; that cannot be changed in place. ` +
        "Give the table another name in the template, or start with --fresh to drop all local state.",
    );
    this.name = "TableReplacementError";
    this.tableName = tableName;
    this.property = property;
  }
}

/** How the global indexes of an existing table must change to be those that are wanted. */
export interface IndexChanges {
  readonly create: readonly SecondaryIndex[];
  readonly remove: readonly string[];
}

/** @throws TableReplacementError when the change is none that DynamoDB makes in place */
export function planIndexChanges(existing: TableDescription, wanted: TableDefinition): IndexChanges {
  if (!isDeepStrictEqual(keys(existing.KeySchema), keys(wanted.keySchema))) {
    throw new TableReplacementError(wanted.tableName, "KeySchema");
  }
  for (const { AttributeName } of wanted.keySchema) {
    if (attributeType(existing.AttributeDefinitions, AttributeName) !== typeIn(wanted, AttributeName)) {
      throw new TableReplacementError(wanted.tableName, `type of key attribute ${AttributeName}`);
    }
  }
  const local = (indexes: readonly SecondaryIndex[]) =>
    indexes.map((index) => shape(index, typeIn.bind(undefined, wanted)));
  if (!isDeepStrictEqual(local(existing.LocalSecondaryIndexes ?? []), local(wanted.localIndexes))) {
    throw new TableReplacementError(wanted.tableName, "LocalSecondaryIndexes");
  }
  const before = existing.GlobalSecondaryIndexes ?? [];
  const unchanged = new Set(
    wanted.globalIndexes
      .filter((index) => {
        const old = before.find((candidate) => candidate.IndexName === index.IndexName);
        return (
          old !== undefined &&
          isDeepStrictEqual(
            shape(old, (name) => attributeType(existing.AttributeDefinitions, name)),
            shape(index, (name) => typeIn(wanted, name)),
          )
        );
      })
      .map((index) => index.IndexName),
  );
  return {
    create: wanted.globalIndexes.filter((index) => !unchanged.has(index.IndexName)),
    remove: before.map((index) => index.IndexName).filter((name) => !unchanged.has(name)),
  };
}

function keys(schema: readonly KeyElement[]): string[] {
  return schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`);
}

function shape(index: SecondaryIndex, typeOf: (attribute: string) => string | undefined) {
  return {
    name: index.IndexName,
    keys: index.KeySchema.map((key) => `${key.KeyType} ${key.AttributeName} ${typeOf(key.AttributeName)}`),
    projection: index.Projection.ProjectionType,
    attributes: [...(index.Projection.NonKeyAttributes ?? [])].sort(),
  };
}

function typeIn(definition: TableDefinition, attribute: string): string | undefined {
  return attributeType(definition.attributeDefinitions, attribute);
}

function attributeType(definitions: readonly AttributeDefinition[], name: string): string | undefined {
  return definitions.find((definition) => definition.AttributeName === name)?.AttributeType;
}
