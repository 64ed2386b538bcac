import { createRoute, z } from "@hono/zod-openapi";
import { access, problemAnswers } from "./describe.ts";

export const readEvents = createRoute({
  method: "get",
  path: "/api/events",
  operationId: "readEvents",
  summary: "Changes as they happen, as server-sent events",
  description:
    "Events are `ready`, `job` and, for administrators, `incident`; their data is JSON. A client that comes back " +
    "with Last-Event-ID is told what it has missed, or by `ready` that it is to read the lists again.",
  tags: ["Live"],
  ...access("uploader"),
  request: { headers: z.object({ "last-event-id": z.string().max(200).optional() }) },
  responses: {
    200: {
      description: "A stream that does not end by itself",
      content: { "text/event-stream": { schema: z.string() } },
    },
    ...problemAnswers(401),
  },
});
