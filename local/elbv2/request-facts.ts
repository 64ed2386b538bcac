import type { IncomingMessage } from "node:http";
import type { RequestFacts } from "./conditions.ts";

/** What the rules may look at in a request. */
export function factsOf(request: IncomingMessage): RequestFacts {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: request.method ?? "GET",
    host: (request.headers.host ?? "").replace(/:\d+$/, ""),
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers: request.headers,
    sourceIp: request.socket.remoteAddress ?? "",
  };
}
