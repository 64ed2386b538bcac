import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";

/** Faults that are alike within this time are one alert with a count. */
export const WINDOW_MS = 60 * 60 * 1_000;
/** An alert goes out at the first fault and whenever their number has grown by this factor: 1, 20, 400, 8,000. */
export const ALERT_FACTOR = 20;
/** A claim this old belongs to a function that is gone: they run for 30 seconds at most. */
const CLAIM_MS = 45_000;
/** Windows are forgotten this long after their end. */
const KEPT_SECONDS = 7 * 24 * 3_600;

/** What is counted of faults that are alike. Times in milliseconds since the epoch. */
export const alertWindow = z.object({
  startedAt: z.number(),
  endsAt: z.number(),
  /** Faults so far. */
  count: z.int(),
  /** The number at which the last alert went out; 0 before the first. */
  notified: z.int(),
  /** Faults in the window before this one. */
  previous: z.int().default(0),
  /** The incident whose function sends, or was to send, that alert. */
  claimedBy: z.string().optional(),
  claimedAt: z.number().optional(),
});
export type AlertWindow = z.infer<typeof alertWindow>;

/** The largest of 1, 20, 400 … that `count` has reached: 1,000 faults reach three of them. */
export function reachedThreshold(count: number): number {
  let threshold = 1;
  while (threshold * ALERT_FACTOR <= count) threshold *= ALERT_FACTOR;
  return threshold;
}

/** Whether an alert is due: a threshold nobody has told of, or one that this incident began to tell of and did not. */
export function alertDue(window: AlertWindow, incidentId: string): boolean {
  return reachedThreshold(window.count) > window.notified || window.claimedBy === incidentId;
}

/** Who sends an alert. */
export interface AlertSender {
  readonly incidentId: string;
  /** Lambda's request id, or the message's: the same when the same is tried again. */
  readonly invocation: string;
}

/** Windows in the table of counters, one per fingerprint; every step is one conditional write. */
export interface AlertWindows {
  /** Counts one fault more, in the window that is open or a new one. */
  count(fingerprint: string, now: number): Promise<AlertWindow>;
  /** The window that is open, if there is one. */
  read(fingerprint: string, now: number): Promise<AlertWindow | undefined>;
  /**
   * Takes it upon an invocation to send the alert that is due for the incident. What the same invocation claimed
   * before it may claim again: it is tried again only when its last try has ended.
   * @returns false when another has done so
   */
  claim(fingerprint: string, window: AlertWindow, by: AlertSender, now: number): Promise<boolean>;
}

export function alertWindows(client: DynamoDBDocumentClient, countersTable: string): AlertWindows {
  const keyOf = (fingerprint: string) => ({ counter: `alert-window/${fingerprint}` });

  async function update(
    fingerprint: string,
    expression: string,
    condition: string,
    values: Record<string, unknown>,
  ): Promise<AlertWindow | undefined> {
    const names = new Set(`${expression} ${condition}`.match(/#\w+/g));
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: countersTable,
          Key: keyOf(fingerprint),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])),
          ExpressionAttributeValues: values,
          ReturnValues: "ALL_NEW",
        }),
      );
      return alertWindow.parse(Attributes);
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") return undefined;
      throw error;
    }
  }

  return {
    async count(fingerprint, now) {
      for (let attempt = 0; attempt < 5; attempt++) {
        const window =
          (await update(fingerprint, "SET #count = #count + :one", "#endsAt > :now", {
            ":one": 1,
            ":now": now,
          })) ??
          (await update(
            fingerprint,
            "SET #previous = if_not_exists(#count, :zero), #count = :one, #notified = :zero, #startedAt = :now, " +
              "#endsAt = :endsAt, #expiresAt = :expiresAt REMOVE #claimedBy, #claimedIn, #claimedAt",
            "attribute_not_exists(#endsAt) OR #endsAt <= :now",
            {
              ":zero": 0,
              ":one": 1,
              ":now": now,
              ":endsAt": now + WINDOW_MS,
              ":expiresAt": Math.ceil((now + WINDOW_MS) / 1_000) + KEPT_SECONDS,
            },
          ));
        if (window) return window;
      }
      throw new Error(`The alert window ${fingerprint} changed under five attempts to count in it`);
    },

    async read(fingerprint, now) {
      const { Item } = await client.send(
        new GetCommand({ TableName: countersTable, Key: keyOf(fingerprint), ConsistentRead: true }),
      );
      const window = Item && alertWindow.parse(Item);
      return window && window.endsAt > now ? window : undefined;
    },

    async claim(fingerprint, window, { incidentId, invocation }, now) {
      const claimed = await update(
        fingerprint,
        "SET #notified = :threshold, #claimedBy = :incidentId, #claimedIn = :invocation, #claimedAt = :now",
        "#startedAt = :startedAt AND (#notified < :threshold OR " +
          "(#claimedBy = :incidentId AND (#claimedIn = :invocation OR #claimedAt < :stale)))",
        {
          ":invocation": invocation,
          ":threshold": reachedThreshold(window.count),
          ":incidentId": incidentId,
          ":now": now,
          ":startedAt": window.startedAt,
          ":stale": now - CLAIM_MS,
        },
      );
      return claimed !== undefined;
    },
  };
}
