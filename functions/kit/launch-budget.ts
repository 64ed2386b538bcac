import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { LAUNCH_BUDGET } from "./ecs-limits.ts";

/** How many launches a second, and how many at once after a quiet time. */
export interface LaunchRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** The one item that all callers share. */
const BUDGET_ITEM = "launch-budget";

/**
 * The account's budget of RunTask calls: a token bucket kept as the time of its next free turn (the generic cell
 * rate algorithm). Taking a turn is one atomic addition, which no number of callers can make fail; who comes when
 * none is free is given a turn of its own in the future, so that a burst spreads itself without anyone asking twice.
 */
export interface LaunchBudget {
  /**
   * Takes turns, one for each task.
   * @param count of one call that starts several. @default 1
   * @returns when the last of them comes, in milliseconds since the epoch; now or earlier when they were free
   */
  takeTurn(now: number, count?: number): Promise<number>;
}

/** Before this time a turn is lost: a quiet bucket holds `burst` turns and no more. */
export function oldestTurn(now: number, { perSecond, burst }: LaunchRate): number {
  return now - (burst - 1) * turnMs(perSecond);
}

/** Milliseconds from one turn to the next. */
export function turnMs(perSecond: number): number {
  return 1_000 / perSecond;
}

/**
 * The rule of the bucket on its own.
 * @param next the next free turn so far; undefined before the first one ever
 * @returns the last turn that was taken
 */
export function takeTurn(
  next: number | undefined,
  now: number,
  rate: LaunchRate,
  count = 1,
): { readonly turn: number; readonly next: number } {
  const first = Math.max(next ?? Number.NEGATIVE_INFINITY, oldestTurn(now, rate));
  const step = turnMs(rate.perSecond);
  return { turn: first + (count - 1) * step, next: first + count * step };
}

/** The bucket in DynamoDB, in the table of counters. */
export function launchBudget(
  client: DynamoDBDocumentClient,
  countersTable: string,
  rate: LaunchRate = LAUNCH_BUDGET,
): LaunchBudget {
  const step = turnMs(rate.perSecond);
  const update = async (expression: string, condition: string, values: Record<string, number>) => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: countersTable,
          Key: { counter: BUDGET_ITEM },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#next": "nextTurn" },
          ExpressionAttributeValues: values,
          ReturnValues: "UPDATED_NEW",
        }),
      );
      return Number(Attributes?.nextTurn) - step;
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return undefined;
      throw error;
    }
  };
  return {
    async takeTurn(now, count = 1) {
      const fresh = takeTurn(undefined, now, rate, count);
      const oldest = { ":oldest": oldestTurn(now, rate) };
      // Each condition is the other's opposite; only callers whose clocks differ can come between the two.
      for (let attempt = 0; attempt < 5; attempt++) {
        const turn =
          (await update("SET #next = #next + :step", "#next >= :oldest", {
            ...oldest,
            ":step": count * step,
          })) ??
          (await update("SET #next = :first", "attribute_not_exists(#next) OR #next < :oldest", {
            ...oldest,
            ":first": fresh.next,
          }));
        if (turn !== undefined) return turn;
      }
      throw new Error("The launch budget changed under five attempts to take a turn");
    },
  };
}
