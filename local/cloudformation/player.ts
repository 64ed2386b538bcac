import type { CloudAssembly } from "../assembly/cloud-assembly.ts";
import type { Clock } from "../clock.ts";
import type { Realm } from "../wire/realm.ts";
import { cleanUp, type RemovedResource } from "./clean-up.ts";
import type { DynamicLookup } from "./dynamic-references.ts";
import { StackFailedError } from "./errors.ts";
import { dependencyOrder } from "./graph.ts";
import { resolveOutputs } from "./outputs.ts";
import { resolveParameters, type SsmLookup } from "./parameters.ts";
import { playResource } from "./play-resource.ts";
import { type NotPlayedType, ResourceReferences } from "./references-to-resources.ts";
import type { PlayContext, ResourcePlayer, ResourceType } from "./resource-player.ts";
import type { Scope } from "./scope.ts";
import { stackId } from "./stack-id.ts";
import { beginPlay, finishPlay } from "./stack-lifecycle.ts";
import type { ResourceRecord, StackOutput } from "./stack-records.ts";
import { createScope } from "./stack-scope.ts";
import type { StackStore } from "./stack-store.ts";
import { otherStacks } from "./stack-values.ts";
import type { Template } from "./template.ts";

export interface PlayStackOptions {
  readonly stackName: string;
  readonly template: Template;
  /** The template as it was written, for GetTemplate. */
  readonly templateBody: string;
  readonly realm: Realm;
  readonly assembly: CloudAssembly;
  readonly store: StackStore;
  readonly clock: Clock;
  readonly players: Readonly<Record<ResourceType, ResourcePlayer>>;
  /** Types that are left out knowingly, with the reason why playing them changes nothing here. */
  readonly ignored: Readonly<Record<ResourceType, string>>;
  /** Asked for SSM-typed parameters, before AWS's public ones that are built in. */
  readonly ssmParameter: SsmLookup;
  /** Resolves `{{resolve:…}}` in properties. @default they are left for the services to resolve */
  readonly dynamicReference?: DynamicLookup;
  /** Values for template parameters. @default {} */
  readonly parameters?: Readonly<Record<string, string>>;
  /** @default {} */
  readonly tags?: Readonly<Record<string, string>>;
  /** @default false */
  readonly terminationProtection?: boolean;
}

export interface PlayedStack {
  readonly stackName: string;
  readonly stackId: string;
  readonly outputs: readonly StackOutput[];
  /** In the order of playing. */
  readonly resources: readonly ResourceRecord[];
  readonly notPlayed: readonly NotPlayedType[];
  readonly ignored: readonly { type: ResourceType; reason: string; logicalIds: readonly string[] }[];
  /** What the template no longer has. */
  readonly removed: readonly RemovedResource[];
}

/**
 * Plays a stack: every resource, dependencies first, by the player of its type; then removes what the last play
 * made and the template no longer has.
 * @throws ResourceFailedError when a resource cannot be played; what was played before it stays
 * @throws StackFailedError for a fault of the template outside its resources
 */
export async function playStack(options: PlayStackOptions): Promise<PlayedStack> {
  const { template, stackName, realm, store, clock, players, assembly } = options;
  const context: PlayContext = { realm, assembly, stackName, stackId: stackId(realm, stackName) };
  const references = new ResourceReferences(template);
  const { parameters, scope, order } = await prepare(options, references).catch((error: unknown) => {
    throw new StackFailedError(stackName, error);
  });
  const begun = beginPlay(options, parameters);
  const { play } = begun.record;
  try {
    const resources = await playResources(options, { order, scope, references, context, play });
    const outputs = outputsOf(options, scope, references);
    finishPlay(options, begun, { outputs });
    const removed = await cleanUp({ store, clock, players, context, play });
    const { notPlayed, ignored } = leftOut(options, order, references);
    return { stackName, stackId: context.stackId, outputs, resources, notPlayed, ignored, removed };
  } catch (error) {
    finishPlay(options, begun, { error });
    throw error;
  }
}

/** What can be known, and can fail, before anything is touched. */
async function prepare(options: PlayStackOptions, resources: ResourceReferences) {
  const { template, stackName, realm, store } = options;
  const parameters = await resolveParameters(
    template.Parameters,
    options.parameters ?? {},
    options.ssmParameter,
  );
  const stacks = otherStacks(store);
  const scope = createScope({ template, stackName, realm, parameters, resources, stacks });
  return { parameters, scope, order: dependencyOrder(template, scope.condition) };
}

interface Play {
  readonly order: readonly string[];
  readonly scope: Scope;
  readonly references: ResourceReferences;
  readonly context: PlayContext;
  readonly play: number;
}

async function playResources(
  options: PlayStackOptions,
  { order, scope, references, context, play }: Play,
): Promise<ResourceRecord[]> {
  const before = new Map(
    options.store.resources(options.stackName).map((record) => [record.logicalId, record]),
  );
  const played: ResourceRecord[] = [];
  for (const logicalId of order) {
    const resource = options.template.Resources[logicalId];
    const player = resource && options.players[resource.Type];
    if (!player) continue;
    references.resolving = logicalId;
    const earlier = before.get(logicalId);
    const record = await playResource(
      {
        logicalId,
        resource,
        player,
        scope,
        context,
        play,
        position: played.length,
        before: earlier?.type === resource.Type ? earlier : undefined,
      },
      options,
    );
    references.set(logicalId, record);
    played.push(record);
  }
  return played;
}

function outputsOf(options: PlayStackOptions, scope: Scope, references: ResourceReferences): StackOutput[] {
  references.resolving = "Outputs";
  try {
    return resolveOutputs(options.template, scope, options.stackName, options.store.exports());
  } catch (error) {
    throw new StackFailedError(options.stackName, error);
  }
}

function leftOut(options: PlayStackOptions, order: readonly string[], references: ResourceReferences) {
  const byType = Map.groupBy(order, (logicalId) => options.template.Resources[logicalId]?.Type ?? "");
  const types = [...byType].filter(([type]) => options.players[type] === undefined);
  return {
    notPlayed: types
      .filter(([type]) => options.ignored[type] === undefined)
      .map(([type, logicalIds]) => ({ type, logicalIds, neededBy: references.neededBy(type) })),
    ignored: types.flatMap(([type, logicalIds]) => {
      const reason = options.ignored[type];
      return reason === undefined ? [] : [{ type, reason, logicalIds }];
    }),
  };
}
