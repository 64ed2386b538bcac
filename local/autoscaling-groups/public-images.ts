import { createHash } from "node:crypto";

/** Parameters that AWS publishes the identifiers of its machine images under. */
const PUBLIC_IMAGE = /^\/aws\/service\/(?:ecs\/optimized-ami|ami-amazon-linux-latest|bottlerocket)\//;

/** An image id for a public parameter; no machine boots here, so that any will do. Undefined for other names. */
export function publicImage(parameter: string): string | undefined {
  if (!PUBLIC_IMAGE.test(parameter)) return undefined;
  return `ami-${createHash("sha256").update(parameter).digest("hex").slice(0, 17)}`;
}
