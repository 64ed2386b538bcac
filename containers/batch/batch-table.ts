import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { z } from "zod";

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** A condition of a write, with the names and values that it uses; names as they are, values with a colon. */
export interface Condition {
  readonly expression: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The batch's own table: items by `pk` and `sk`. */
export class BatchTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** Reads consistently. */
  async get<Schema extends z.ZodType>(key: ItemKey, schema: Schema): Promise<z.output<Schema> | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: { ...key }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : schema.parse(Item);
  }

  async put(key: ItemKey, item: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { ...item, ...key } }));
  }

  async delete(key: ItemKey): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#tableName, Key: { ...key } }));
  }

  /** Sets members where the condition holds. @returns whether it held */
  async update(
    key: ItemKey,
    set: Readonly<Record<string, unknown>>,
    { expression, values = {} }: Condition,
  ): Promise<boolean> {
    const members = Object.entries(set);
    const mentioned = [...expression.matchAll(/#(\w+)/g)].map(([, name = ""]) => name);
    const names = new Set([...members.map(([name]) => name), ...mentioned]);
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { ...key },
          UpdateExpression: `SET ${members.map(([name]) => `#${name} = :set_${name}`).join(", ")}`,
          ConditionExpression: expression,
          ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(members.map(([name, value]) => [`:set_${name}`, value])),
            ...values,
          },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }

  /** All items of a partition, by `sk`. */
  async *list<Schema extends z.ZodType>(pk: string, schema: Schema): AsyncGenerator<z.output<Schema>> {
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          ConsistentRead: true,
          KeyConditionExpression: "#pk = :pk",
          ExpressionAttributeNames: { "#pk": "pk" },
          ExpressionAttributeValues: { ":pk": pk },
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      for (const item of Items) yield schema.parse(item);
      start = LastEvaluatedKey;
    } while (start);
  }
}
