import { createHash } from "node:crypto";
import { arn, type Realm } from "../wire/realm.ts";

/** A stack's id, the same at every start: `arn:aws:cloudformation:<region>:<account>:stack/<name>/<uuid>`. */
export function stackId(realm: Realm, stackName: string): string {
  const hex = createHash("sha256").update(`${realm.accountId} ${realm.region} ${stackName}`).digest("hex");
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)];
  return arn(realm, "cloudformation", `stack/${stackName}/${uuid.join("-")}`);
}

/** API callers name a stack by its name or its id. */
export function stackNameOf(nameOrId: string): string {
  return /^arn:[^:]+:cloudformation:[^:]*:[^:]*:stack\/([^/]+)\//.exec(nameOrId)?.[1] ?? nameOrId;
}
