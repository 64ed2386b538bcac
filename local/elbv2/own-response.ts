import type { ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";

/** Answers in the load balancer's own name. */
export function sendOwn(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    server: "awselb/2.0",
    ...(body === "" ? {} : { "content-type": contentType }),
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** Says on a small page that the load balancer could not get an answer, and why. */
export function sendFault(response: ServerResponse, status: number, why: string): void {
  const title = `${status} ${STATUS_CODES[status]}`;
  sendOwn(
    response,
    status,
    "text/html; charset=utf-8",
    `<!doctype html><title>${title}</title><h1>${title}</h1><p>${why}</p>\n`,
  );
}
