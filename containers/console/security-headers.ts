import type { MiddlewareHandler } from "hono";

/**
 * Headers that keep everything out but our own files: no inline script or style, no frame around us, no content
 * type but the one we say, and no way to send anything but to ourselves and to the uploads bucket.
 * @param uploadOrigin where browsers send uploads
 */
export function securityHeaders(uploadOrigin: () => Promise<string>): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${await uploadOrigin()}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ];
    context.header("content-security-policy", policy.join("; "));
    context.header("x-content-type-options", "nosniff");
    context.header("referrer-policy", "no-referrer");
    context.header("cross-origin-opener-policy", "same-origin");
    context.header("cross-origin-resource-policy", "same-origin");
  };
}
