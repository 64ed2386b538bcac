import type { ContainerExit, RunningContainer } from "../container-engine.ts";
import type { ContainerDefinition, TaskContainer } from "../model.ts";

/** A container of a task that is being run: its definition, its public state, and what others wait for. */
export interface LiveContainer {
  readonly definition: ContainerDefinition;
  readonly state: TaskContainer;
  readonly runtimeId: string;
  handle?: RunningContainer;
  readonly started: PromiseWithResolvers<void>;
  /** `undefined` for a container that never started. */
  readonly exited: PromiseWithResolvers<ContainerExit | undefined>;
  readonly healthy: PromiseWithResolvers<void>;
}

export function createLiveContainer(
  definition: ContainerDefinition,
  state: TaskContainer,
  runtimeId: string,
): LiveContainer {
  return {
    definition,
    state,
    runtimeId,
    started: Promise.withResolvers(),
    exited: Promise.withResolvers(),
    healthy: Promise.withResolvers(),
  };
}

/** Waits until what a container depends on has come about. @throws Error when it cannot any more */
export async function dependenciesMet(
  container: LiveContainer,
  all: readonly LiveContainer[],
): Promise<void> {
  await Promise.all(
    (container.definition.dependsOn ?? []).map(async ({ containerName, condition }) => {
      const dependency = all.find(({ definition }) => definition.name === containerName);
      if (dependency) await withTimeout(dependency, condition, conditionMet(dependency, condition));
    }),
  );
}

type Condition = NonNullable<ContainerDefinition["dependsOn"]>[number]["condition"];

async function conditionMet(dependency: LiveContainer, condition: Condition): Promise<void> {
  const name = dependency.definition.name;
  if (condition === "START") return dependency.started.promise;
  if (condition === "HEALTHY") {
    const gone = dependency.exited.promise.then(() => {
      throw new Error(`Container dependency failed: ${name} exited before it was healthy`);
    });
    return Promise.race([dependency.healthy.promise, gone]);
  }
  const exit = await dependency.exited.promise;
  if (condition === "SUCCESS" && exit?.exitCode !== 0) {
    throw new Error(`Container dependency failed: ${name} exited with ${exit?.exitCode ?? "no exit code"}`);
  }
}

/** `startTimeout` bounds how long a container may take to bring about what others wait for. */
async function withTimeout(
  dependency: LiveContainer,
  condition: Condition,
  met: Promise<void>,
): Promise<void> {
  const { name, startTimeout } = dependency.definition;
  if (startTimeout === undefined) return met;
  const { promise, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(
    () =>
      reject(
        new Error(`Container dependency failed: ${name} did not reach ${condition} in ${startTimeout} s`),
      ),
    startTimeout * 1000,
  );
  try {
    await Promise.race([met, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Containers that must have ended before this one is stopped: dependents go first, as they came last. */
export function dependentsOf(container: LiveContainer, all: readonly LiveContainer[]): LiveContainer[] {
  return all.filter((other) =>
    other.definition.dependsOn?.some(({ containerName }) => containerName === container.definition.name),
  );
}
