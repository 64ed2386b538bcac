import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The time, as the batch reads it. */
export interface BatchClock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Beyond this, a clock is wrong rather than a little late. */
const TOLERATED_MS = 120_000;

/**
 * The time by DynamoDB's clock, which all batches share: it is read off each answer, and between two answers goes on
 * by a counter that nobody can set. A clock of the machine's that jumps moves neither lease nor watermark.
 */
export class ServerClock implements BatchClock {
  readonly #monotonic: () => number;
  #anchor: { readonly server: number; readonly at: number };
  #warned = false;

  /**
   * @param wall the machine's clock, for the time before the first answer
   * @param onOffset told once when the machine's clock is wrong, with the difference
   */
  constructor(
    client: Pick<DynamoDBDocumentClient, "middlewareStack">,
    onOffset: (offsetMs: number) => void,
    wall: () => number = Date.now,
    monotonic: () => number = () => performance.now(),
  ) {
    this.#monotonic = monotonic;
    this.#anchor = { server: wall(), at: monotonic() };
    client.middlewareStack.add(
      (next) => async (request) => {
        const answer = await next(request);
        const server = Date.parse(dateOf(answer.response));
        if (Number.isFinite(server)) {
          this.#anchor = { server, at: monotonic() };
          const offset = wall() - server;
          if (Math.abs(offset) > TOLERATED_MS && !this.#warned) {
            this.#warned = true;
            onOffset(offset);
          }
        }
        return answer;
      },
      { step: "deserialize", name: "longshoreServerClock", priority: "low" },
    );
  }

  now(): number {
    return this.#anchor.server + Math.max(0, this.#monotonic() - this.#anchor.at);
  }
}

function dateOf(response: unknown): string {
  const { headers } = response as { headers?: Record<string, string> };
  return headers?.date ?? headers?.Date ?? "";
}
