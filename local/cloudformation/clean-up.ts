import type { Clock } from "../clock.ts";
import type { PlayContext, ResourcePlayer, ResourceType } from "./resource-player.ts";
import type { ResourceRecord } from "./stack-records.ts";
import type { StackStore } from "./stack-store.ts";

/** What became of a resource that the template no longer has, or that was replaced. */
export interface RemovedResource {
  readonly logicalId: string;
  readonly type: ResourceType;
  readonly ref: string;
  /** `retained`: its policy keeps it. `failed`: it is tried again at the next play. */
  readonly outcome: "removed" | "retained" | "failed";
  /** Why it failed. */
  readonly reason?: string;
}

export interface CleanUpOptions {
  readonly store: StackStore;
  readonly clock: Clock;
  readonly players: Readonly<Record<ResourceType, ResourcePlayer>>;
  readonly context: PlayContext;
  /** The play whose resources stay. */
  readonly play: number;
}

/** Removes what earlier plays left, last played first. A failure leaves the others and the stack as they are. */
export async function cleanUp(options: CleanUpOptions): Promise<RemovedResource[]> {
  const records = options.store.resources(options.context.stackName);
  const kept = records.filter((record) => record.play === options.play);
  const stale = records.filter((record) => record.play !== options.play);
  const removed: RemovedResource[] = [];
  for (const record of stale.toReversed()) {
    const outcome = await removeOne(record, kept, options);
    if (outcome) removed.push(outcome);
  }
  return removed;
}

async function removeOne(
  record: ResourceRecord,
  kept: readonly ResourceRecord[],
  options: CleanUpOptions,
): Promise<RemovedResource | undefined> {
  const { logicalId, type, ref, identity } = record;
  // A logical id was renamed but the resource was not: it is the one in use.
  const inUse = kept.some((other) => other.type === type && other.identity === identity);
  if (inUse) {
    options.store.deleteResource(record);
    return undefined;
  }
  const resource = { logicalId, type, ref };
  if (policyOf(record, kept) !== "Delete") {
    options.store.deleteResource(record);
    addEvent(record, "DELETE_SKIPPED", undefined, options);
    return { ...resource, outcome: "retained" };
  }
  const { properties, attributes } = record;
  try {
    await options.players[type]?.remove({
      ...resource,
      properties,
      attributes,
      context: options.context,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    addEvent(record, "DELETE_FAILED", reason, options);
    return { ...resource, outcome: "failed", reason };
  }
  options.store.deleteResource(record);
  addEvent(record, "DELETE_COMPLETE", undefined, options);
  return { ...resource, outcome: "removed" };
}

function policyOf(record: ResourceRecord, kept: readonly ResourceRecord[]) {
  const replaced = kept.some((other) => other.logicalId === record.logicalId && other.type === record.type);
  return replaced ? record.updateReplacePolicy : record.deletionPolicy;
}

function addEvent(
  record: ResourceRecord,
  status: string,
  reason: string | undefined,
  { store, clock }: CleanUpOptions,
): void {
  const { stackName, logicalId, type, ref } = record;
  store.addEvent({ stackName, logicalId, type, ref, status, reason, time: clock.now() });
}
