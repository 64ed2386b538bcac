import type { TargetGroupAttributes } from "./target-group-properties.ts";

const COOKIE = "AWSALB";

/** The target that this client had before, from its cookie. */
export function stickyTarget(cookieHeader: string | undefined): string | undefined {
  const value = (cookieHeader ?? "")
    .split(";")
    .map((pair) => pair.trim().split("="))
    .find(([name]) => name === COOKIE)?.[1];
  return value === undefined ? undefined : Buffer.from(value, "base64url").toString("utf8");
}

/** The response header, as name and value, that ties a client to a target; empty without stickiness. */
export function stickinessHeader(
  attributes: TargetGroupAttributes,
  targetKey: string,
  now: number,
): string[] {
  if (!attributes["stickiness.enabled"]) return [];
  const expires = new Date(now + attributes["stickiness.lb_cookie.duration_seconds"] * 1000).toUTCString();
  const value = Buffer.from(targetKey).toString("base64url");
  return ["Set-Cookie", `${COOKIE}=${value}; Expires=${expires}; Path=/`];
}
