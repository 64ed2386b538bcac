import { resolveDynamicReferences } from "./dynamic-references.ts";
import { ResourceFailedError } from "./errors.ts";
import { resolve } from "./intrinsics.ts";
import { physicalName } from "./physical-names.ts";
import type { PlayStackOptions } from "./player.ts";
import type { PlayContext, ResourcePlayer, ResourceType, ResourceValues } from "./resource-player.ts";
import type { Scope } from "./scope.ts";
import type { ResourceRecord } from "./stack-records.ts";
import { constructPath, type TemplateResource } from "./template.ts";

/** One resource's turn in a play. */
export interface ResourceTurn {
  readonly logicalId: string;
  readonly resource: TemplateResource;
  readonly player: ResourcePlayer;
  readonly scope: Scope;
  readonly context: PlayContext;
  /** Place in the order of playing. */
  readonly position: number;
  readonly play: number;
  /** The resource as an earlier play left it. */
  readonly before: ResourceRecord | undefined;
}

type Environment = Pick<PlayStackOptions, "store" | "clock" | "dynamicReference">;

/**
 * Plays one resource and records it at once, so that a later play knows it even if this one is cut short.
 * @throws ResourceFailedError
 */
export async function playResource(turn: ResourceTurn, environment: Environment): Promise<ResourceRecord> {
  const { logicalId, resource, before, context } = turn;
  const { store, clock } = environment;
  const identity = { stackName: context.stackName, logicalId, type: resource.Type };
  const event = (status: string, ref: string, reason?: string) =>
    store.addEvent({ ...identity, ref, status, reason, time: clock.now() });
  const action = before === undefined ? "CREATE" : "UPDATE";
  try {
    const { properties, values } = await realize(turn, identity, environment);
    const changed =
      before === undefined ||
      before.identity !== values.identity ||
      !sameValue(before.properties, properties);
    const record: ResourceRecord = {
      ...identity,
      ...values,
      properties,
      metadata: resource.Metadata,
      deletionPolicy: resource.DeletionPolicy,
      updateReplacePolicy: resource.UpdateReplacePolicy,
      position: turn.position,
      play: turn.play,
      status: changed ? `${action}_COMPLETE` : before.status,
      changedAt: changed ? clock.now() : before.changedAt,
    };
    store.putResource(record);
    if (changed) event(record.status, record.ref);
    return record;
  } catch (cause) {
    const error = new ResourceFailedError({ ...identity, constructPath: constructPath(resource) }, cause);
    event(`${action}_FAILED`, before?.ref ?? "", error.message);
    throw error;
  }
}

async function realize(
  turn: ResourceTurn,
  identity: { stackName: string; logicalId: string; type: ResourceType },
  { dynamicReference }: Environment,
): Promise<{ properties: Record<string, unknown>; values: Required<ResourceValues> }> {
  const { logicalId, resource, scope, context } = turn;
  const path = ["Resources", logicalId, "Properties"];
  const properties = asMap(resolve(resource.Properties, scope, path));
  const revealed =
    dynamicReference === undefined
      ? properties
      : asMap(await resolveDynamicReferences(properties, dynamicReference));
  const {
    ref,
    identity: ownIdentity = ref,
    attributes,
  } = await turn.player.play({
    logicalId,
    type: resource.Type,
    properties: revealed,
    constructPath: constructPath(resource),
    physicalName: (rules) => physicalName(identity, rules),
    context,
  });
  return { properties, values: { ref, identity: ownIdentity, attributes } };
}

/** `Properties` as a whole may be one function, such as Fn::If; it must give a map. */
function asMap(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new TypeError("Properties must be a map");
}

function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
