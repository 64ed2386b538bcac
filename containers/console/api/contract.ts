import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import * as cluster from "./routes/cluster.ts";
import type { Access } from "./routes/describe.ts";
import * as incidents from "./routes/incidents.ts";
import * as jobs from "./routes/jobs.ts";
import * as live from "./routes/live.ts";
import * as reports from "./routes/reports.ts";
import * as session from "./routes/session.ts";
import * as uploads from "./routes/uploads.ts";

/** A route of the contract: its method and path, who may use it, and the schemas of what goes in and out. */
export type ContractRoute = RouteConfig & { readonly "x-access": Access; getRoutingPath(): string };

/** Every route of the API. The API has no other. */
export const CONTRACT: readonly ContractRoute[] = [
  session,
  uploads,
  jobs,
  cluster,
  incidents,
  reports,
  live,
].flatMap((routes) => Object.values<ContractRoute>(routes));

/** Security schemes, by the names that routes give them. */
const SECURITY_SCHEMES = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "longshore-session",
    description:
      "Set by POST /api/session; behind TLS its name begins with __Host-. Changes need Sec-Fetch-Site: same-origin, or " +
      "an Origin that is the console's.",
  },
  bearer: { type: "http", scheme: "bearer", description: "One of the console's two tokens, for programs." },
} as const;

/** The contract as an OpenAPI 3.1 document. */
export function openApiDocument(): object {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    registry.registerComponent("securitySchemes", name, scheme);
  }
  for (const route of CONTRACT) registry.registerPath(route);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Longshore console",
      version: "1",
      description:
        "Uploads, jobs, the cluster, incidents and reports. Errors are problem documents (RFC 9457).",
    },
  });
}
