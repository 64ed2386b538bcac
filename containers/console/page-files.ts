import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { type Context, Hono } from "hono";

/** What `infra/bundling/build-pages.ts` makes of `web/src`. */
const FOLDER = path.join(import.meta.dirname, "web", "dist");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Addresses of pages, which are one document; `web/src/pages/pages.ts` shows each. */
const PAGES = ["/", "/jobs", "/jobs/:id", "/cluster", "/incidents", "/incidents/:id", "/reports"];

/** Names of these have a hash of their content in them. */
const UNCHANGING = "assets/";
const A_YEAR = "public, max-age=31536000, immutable";

interface PageFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly caching: string;
}

/** The pages' files, read and compressed once: the document at each page's address, every other under its name. */
export function pageRoutes(folder = FOLDER): Hono {
  const routes = new Hono();
  const index = path.join(folder, "index.html");
  if (!existsSync(index)) {
    return routes.get("/", (context) => context.text("The pages are not built: npm run build:console", 503));
  }
  const names = globSync("**/*.*", { cwd: folder }).filter((name) => path.extname(name) in TYPES);
  for (const name of names) {
    const file = readPageFile(folder, name);
    const addresses = name === "index.html" ? PAGES : [`/${name.split(path.sep).join("/")}`];
    for (const address of addresses) routes.get(address, (context) => answer(context, file, 200));
  }
  const document = readPageFile(folder, "index.html");
  // What is not there is told to people by a page, and to programs by a problem.
  routes.get("*", (context, next) =>
    context.req.header("sec-fetch-dest") === "document" && !context.req.path.startsWith("/api/")
      ? answer(context, document, 404)
      : next(),
  );
  return routes;
}

function readPageFile(folder: string, name: string): PageFile {
  const body = new Uint8Array(readFileSync(path.join(folder, name)));
  return {
    type: TYPES[path.extname(name)] ?? "application/octet-stream",
    body,
    zipped: new Uint8Array(gzipSync(body, { level: 9 })),
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    caching: name.startsWith(UNCHANGING) ? A_YEAR : "no-cache",
  };
}

async function answer(context: Context, file: PageFile, status: 200 | 404): Promise<Response> {
  const { type, body, zipped, caching } = file;
  const takesGzip = /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");
  const etag = takesGzip ? file.etag.replace(/"$/, '-gz"') : file.etag;
  const headers = { etag, "cache-control": caching, "content-type": type, vary: "accept-encoding" };
  if (context.req.header("if-none-match") === etag) return context.body(null, 304, headers);
  if (!takesGzip) return context.body(body, status, headers);
  return context.body(zipped, status, { ...headers, "content-encoding": "gzip" });
}
