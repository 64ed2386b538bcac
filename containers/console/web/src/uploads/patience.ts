import { ApiError } from "../api/problem.ts";
import { TransferError } from "./send-bytes.ts";

/** Tries of one request before the upload is given back to the reader. */
const TRIES = 8;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;

export interface Patience {
  readonly signal: AbortSignal;
  /** Told why each time before it waits, and with nothing when it goes on. */
  readonly onPause: (reason: string | undefined) => void;
}

/** Does it again for as long as the reason may pass: sooner than planned when the browser is online again. */
export async function withPatience<Value>(
  task: () => Promise<Value>,
  { signal, onPause }: Patience,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (signal.aborted || attempt >= TRIES || !mayPass(error)) throw error;
      const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      onPause((error as Error).message);
      await pause(Math.max(asked, wait * (0.75 + Math.random() / 2)), signal);
      onPause(undefined);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.passing;
  return error instanceof TransferError && error.kind !== "refused";
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
