import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Hono } from "hono";

const FOLDER = path.join(import.meta.dirname, "page");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page's files, read once: the index at `/`, every other under its name. */
export function pageRoutes(): Hono {
  const routes = new Hono();
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(path.join(FOLDER, name));
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    routes.get(name === "index.html" ? "/" : `/${name}`, (context) => {
      const headers = { etag, "cache-control": "no-cache", "content-type": type };
      if (context.req.header("if-none-match") === etag) return context.body(null, 304, headers);
      return context.body(body, 200, headers);
    });
  }
  return routes;
}
