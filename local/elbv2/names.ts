import { createHash } from "node:crypto";
import { arn, type Realm } from "../wire/realm.ts";

/** The id in an ARN: 16 hexadecimal digits that follow from the name, so that a restart keeps every ARN. */
export function idOf(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** `arn:aws:elasticloadbalancing:<region>:<account>:<resource>` */
export function elbArn(realm: Realm, resource: string): string {
  return arn(realm, "elasticloadbalancing", resource);
}

/** Everything behind the fifth colon, such as `listener/app/<name>/<id>/<id>`. */
export function resourceOf(resourceArn: string): string {
  return resourceArn.split(":").slice(5).join(":");
}

/** The part of a load balancer's ARN that metrics use: `app/<name>/<id>`. */
export function fullNameOf(loadBalancerArn: string): string {
  return resourceOf(loadBalancerArn).replace(/^loadbalancer\//, "");
}
