import { randomBytes } from "node:crypto";
import { arn, type Realm } from "../wire/realm.ts";

/** 32 hex digits, as in task and deployment ids. */
export function newId(): string {
  return randomBytes(16).toString("hex");
}

export function clusterArn(realm: Realm, name: string): string {
  return arn(realm, "ecs", `cluster/${name}`);
}

/** A cluster's name from its name or ARN; `default` when none is given. */
export function clusterName(reference: string | undefined): string {
  return lastSegment(reference ?? "default");
}

/** What follows the last slash of an ARN: a task's id, a cluster's or service's name. */
export function lastSegment(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** Splits `family`, `family:revision` or a task definition's ARN. */
export function parseTaskDefinition(reference: string): { family: string; revision: number | undefined } {
  const [family = "", revision] = lastSegment(reference).split(":");
  return { family, revision: revision === undefined ? undefined : Number(revision) };
}
