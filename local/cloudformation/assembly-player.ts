import { cleanUp, type RemovedResource } from "./clean-up.ts";
import { type PlayedStack, type PlayStackOptions, playStack } from "./player.ts";
import { stackId } from "./stack-id.ts";

export type PlayAssemblyOptions = Omit<
  PlayStackOptions,
  "stackName" | "template" | "templateBody" | "parameters" | "tags" | "terminationProtection"
>;

export interface PlayedAssembly {
  /** In the order of playing. */
  readonly stacks: readonly PlayedStack[];
  /** Stacks of earlier plays that the assembly no longer has, and what became of their resources. */
  readonly removed: readonly { stackName: string; resources: readonly RemovedResource[] }[];
}

/**
 * Plays every stack of an assembly, dependencies first, then removes the stacks that it no longer has.
 * @throws ResourceFailedError, StackFailedError at the first stack that cannot be played
 */
export async function playAssembly(options: PlayAssemblyOptions): Promise<PlayedAssembly> {
  const stacks: PlayedStack[] = [];
  for (const stack of options.assembly.stacks) {
    const { stackName, template, templateBody, parameters, tags, terminationProtection } = stack;
    stacks.push(
      await playStack({
        ...options,
        ...{ stackName, template, templateBody, parameters, tags, terminationProtection },
      }),
    );
  }
  const present = new Set(stacks.map((stack) => stack.stackName));
  const gone = options.store.stacks().filter((stack) => !present.has(stack.stackName));
  const removed: { stackName: string; resources: RemovedResource[] }[] = [];
  for (const { stackName } of gone) {
    removed.push({ stackName, resources: await removeStack(stackName, options) });
  }
  return { stacks, removed };
}

/** The stack is forgotten once nothing of it is left to remove. */
async function removeStack(stackName: string, options: PlayAssemblyOptions): Promise<RemovedResource[]> {
  const { store, clock, players, realm, assembly } = options;
  const context = { realm, assembly, stackName, stackId: stackId(realm, stackName) };
  const resources = await cleanUp({ store, clock, players, context, play: 0 });
  if (resources.every((resource) => resource.outcome !== "failed")) store.deleteStack(stackName);
  return resources;
}
