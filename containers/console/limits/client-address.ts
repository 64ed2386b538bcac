import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/**
 * Whom a limit counts for. A load balancer adds the address that it sees to the end of X-Forwarded-For; what stands
 * before it is the client's own word.
 * @param proxies load balancers between clients and this service that add to it
 */
export function clientAddress(context: Context, proxies: number): string {
  const forwarded = (context.req.header("x-forwarded-for") ?? "").split(",").map((part) => part.trim());
  return (proxies > 0 && forwarded.at(-proxies)) || getConnInfo(context).remote.address || "unknown";
}
