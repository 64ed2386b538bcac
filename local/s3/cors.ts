import type { CorsRule } from "./bucket-config.ts";
import { S3Error } from "./errors.ts";

/** What a browser wants to do. */
export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** Names, for a preflight; none otherwise. */
  readonly headers: readonly string[];
}

/** The first rule that allows the request, or undefined. Source: S3 user guide, "How does S3 evaluate CORS". */
export function matchCors(rules: readonly CorsRule[], request: CorsRequest): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => matchesPattern(pattern, request.origin)) &&
      rule.allowedMethods.some((method) => method === request.method) &&
      request.headers.every((name) =>
        rule.allowedHeaders.some((pattern) => matchesPattern(pattern.toLowerCase(), name.toLowerCase())),
      ),
  );
}

/** One `*` stands for any text. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

/** The headers that let the browser's script have the answer. */
export function corsHeaders(rule: CorsRule, request: CorsRequest): Record<string, string> {
  const anyone = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": anyone ? "*" : request.origin,
    ...(anyone ? {} : { "access-control-allow-credentials": "true" }),
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(request.headers.length > 0
      ? { "access-control-allow-headers": request.headers.map((name) => name.toLowerCase()).join(", ") }
      : {}),
    ...(rule.exposeHeaders.length > 0
      ? { "access-control-expose-headers": rule.exposeHeaders.join(", ") }
      : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { "access-control-max-age": String(rule.maxAgeSeconds) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

/**
 * The answer to a preflight (`OPTIONS`).
 * @throws S3Error AccessForbidden when the bucket has no rule for it; BadRequest without `Origin`
 */
export function answerPreflight(
  rules: readonly CorsRule[] | undefined,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const origin = headers.origin;
  const method = headers["access-control-request-method"];
  if (typeof origin !== "string" || typeof method !== "string") {
    throw new S3Error("BadRequest", "Insufficient information. Origin request header needed.");
  }
  if (!rules) throw new S3Error("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.");
  const names = String(headers["access-control-request-headers"] ?? "").split(",");
  const request = { origin, method, headers: names.map((name) => name.trim()).filter((name) => name !== "") };
  const rule = matchCors(rules, request);
  if (!rule) {
    throw new S3Error(
      "AccessForbidden",
      "CORSResponse: This CORS request is not allowed. No rule of the bucket allows this combination of Origin, Access-Control-Request-Method and Access-Control-Request-Headers.",
      { members: { Method: method } },
    );
  }
  return corsHeaders(rule, request);
}
