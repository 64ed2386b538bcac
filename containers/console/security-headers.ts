import type { MiddlewareHandler } from "hono";

/** Where browsers reach the two buckets; never where the console is. */
export interface BucketOrigins {
  readonly uploads: string;
  readonly results: string;
}

/**
 * Headers that keep everything out but our own files: no inline script or style, no frame around us, no content
 * type but the one we say; thumbnails come from the results bucket, and nothing is sent but to ourselves and to the
 * uploads bucket.
 */
export function securityHeaders(origins: () => Promise<BucketOrigins>): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { uploads, results } = await origins();
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src 'self' ${results}`,
      `connect-src 'self' ${uploads}`,
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
    // Browsers keep it from answers by TLS alone.
    context.header("strict-transport-security", "max-age=31536000");
  };
}
