import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { FeedEvent, JobFeed } from "./job-feed.ts";

/** Silence for longer than the load balancer's idle timeout (60 s by default) would end the stream. */
const HEARTBEAT_MS = 15_000;
/** A listener that is this many events behind is let go; it comes back and is told to read the list. */
const MAX_BEHIND = 1_000;
/** Milliseconds after which a browser that has lost the stream asks again. */
const RETRY_MS = 1_000;

/** `GET /events`: changes of jobs as server-sent events. @param stopping ends every stream */
export function liveRoutes(feed: JobFeed, stopping: AbortSignal): Hono {
  return new Hono().get("/events", (context) => {
    // Nothing between here and the browser may hold events back.
    context.header("x-accel-buffering", "no");
    return streamSSE(context, async (stream) => {
      const queue = createQueue();
      const unsubscribe = feed.subscribe(queue.add, context.req.header("last-event-id"));
      stream.onAbort(queue.end);
      stopping.addEventListener("abort", queue.end);
      const heartbeat = setInterval(queue.wake, HEARTBEAT_MS);
      try {
        await stream.write(`retry: ${RETRY_MS}\n\n`);
        for await (const events of queue.batches) {
          await stream.write(events.length > 0 ? events.map(asText).join("") : ": still here\n\n");
        }
      } finally {
        clearInterval(heartbeat);
        stopping.removeEventListener("abort", queue.end);
        unsubscribe();
      }
    });
  });
}

/** JSON has no line breaks of its own, so one data line holds it. */
function asText(event: FeedEvent): string {
  const data = event.type === "job" ? JSON.stringify(event.job) : "{}";
  return `event: ${event.type}\nid: ${event.id}\ndata: ${data}\n\n`;
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
