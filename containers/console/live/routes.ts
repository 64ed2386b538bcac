import { streamSSE } from "hono/streaming";
import type { Api } from "../api/api.ts";
import { readEvents } from "../api/routes/live.ts";
import type { ChangeFeed, FeedEvent } from "./change-feed.ts";

/** Silence for longer than the load balancer's idle timeout (60 s by default) would end the stream. */
const HEARTBEAT_MS = 15_000;
/** A listener that is this many events behind is let go; it comes back and is told to read the lists. */
const MAX_BEHIND = 1_000;
/** Milliseconds after which a browser that has lost the stream asks again. */
const RETRY_MS = 1_000;

/** Changes as server-sent events. @param stopping ends every stream */
export function liveRoutes(api: Api, feed: ChangeFeed, stopping: AbortSignal, now: () => Date): void {
  api.openapi(readEvents, (context) => {
    const { role, expiresAt } = context.get("session");
    // Nothing between here and the browser may hold events back.
    context.header("x-accel-buffering", "no");
    return streamSSE(context, async (stream) => {
      const queue = createQueue();
      const add = (event: FeedEvent) => {
        if (event.name !== "incident" || role === "administrator") queue.add(event);
      };
      const unsubscribe = feed.subscribe(add, context.req.valid("header")["last-event-id"]);
      stream.onAbort(queue.end);
      stopping.addEventListener("abort", queue.end);
      const heartbeat = setInterval(queue.wake, HEARTBEAT_MS);
      // Who has to sign in again hears nothing more until then.
      const left = expiresAt === undefined ? undefined : Date.parse(expiresAt) - now().getTime();
      const expiry = left === undefined ? undefined : setTimeout(queue.end, left);
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`);
        for await (const events of queue.batches) {
          await stream.write(
            events.length > 0 ? events.map(({ text }) => text).join("") : ": still here\n\n",
          );
        }
      } finally {
        clearInterval(heartbeat);
        clearTimeout(expiry);
        stopping.removeEventListener("abort", queue.end);
        unsubscribe();
      }
    });
  });
}

/** Gathers events until the stream has room for them. */
function createQueue() {
  let events: FeedEvent[] = [];
  let ended = false;
  let signal = Promise.withResolvers<void>();
  const wake = () => signal.resolve();
  const end = () => {
    ended = true;
    wake();
  };
  const add = (event: FeedEvent) => {
    if (events.push(event) > MAX_BEHIND) end();
    wake();
  };
  async function* batches() {
    while (true) {
      await signal.promise;
      if (ended) return;
      signal = Promise.withResolvers();
      const batch = events;
      events = [];
      yield batch;
    }
  }
  return { add, end, wake, batches: batches() };
}
