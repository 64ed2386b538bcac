import { memoryOf, type ProcessEntry, processTable } from "./process-table.ts";

/** How often memory is sampled while containers run. */
const SAMPLE_MS = 200;
const MIB = 1024 * 1024;

/** What a container uses and may use. */
export interface Limited {
  readonly taskId: string;
  readonly memoryLimitMiB?: number | undefined;
  readonly taskMemoryLimitMiB?: number | undefined;
  readonly usage: { readonly memoryBytes: number };
}

/** A container as the watch sees it. */
export interface Watched extends Limited {
  readonly pid: number;
  readonly usage: Usage;
  onOutOfMemory(): void;
}

export interface Usage {
  memoryBytes: number;
  maxMemoryBytes: number;
  cpuMilliseconds: number;
  processes: number;
  /** Start times by pid of every process that was ever seen in the container, to find those that left its group. */
  readonly seen: Map<number, string>;
}

export function newUsage(): Usage {
  return { memoryBytes: 0, maxMemoryBytes: 0, cpuMilliseconds: 0, processes: 0, seen: new Map() };
}

/**
 * Processes of a container: its group and session, their descendants, and those that left both but had been
 * seen before. A container's own processes cannot hide from its limits by forking.
 */
export function membersOf(pid: number, seen: ReadonlyMap<number, string>, table: readonly ProcessEntry[]) {
  const members = new Map<number, ProcessEntry>();
  const childrenOf = Map.groupBy(table, (entry) => entry.parent);
  const add = (entry: ProcessEntry) => {
    if (members.has(entry.pid)) return;
    members.set(entry.pid, entry);
    for (const child of childrenOf.get(entry.pid) ?? []) add(child);
  };
  for (const entry of table) {
    const known = entry.group === pid || entry.session === pid || seen.get(entry.pid) === entry.started;
    if (known) add(entry);
  }
  return [...members.values()].filter((entry) => !entry.zombie);
}

/** Samples the containers' processes while there are any, and reports those past a hard memory limit. */
export class ContainerWatch {
  readonly #containers = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  add(container: Watched): void {
    this.#containers.add(container);
    this.#timer ??= setTimeout(() => this.#tick(), SAMPLE_MS).unref();
  }

  remove(container: Watched): void {
    this.#containers.delete(container);
  }

  async #tick(): Promise<void> {
    try {
      await this.#sample();
    } finally {
      this.#timer = this.#containers.size > 0 ? setTimeout(() => this.#tick(), SAMPLE_MS).unref() : undefined;
    }
  }

  async #sample(): Promise<void> {
    const table = await processTable();
    const members = new Map(
      [...this.#containers].map((one) => [one, membersOf(one.pid, one.usage.seen, table)] as const),
    );
    const memory = await memoryOf([...members.values()].flat().map((entry) => entry.pid));
    for (const [container, entries] of members) record(container.usage, entries, memory);
    const running = [...members.keys()].filter((container) => this.#containers.has(container));
    for (const container of overLimit(running)) container.onOutOfMemory();
  }
}

function record(usage: Usage, entries: readonly ProcessEntry[], memory: ReadonlyMap<number, number>): void {
  for (const entry of entries) usage.seen.set(entry.pid, entry.started);
  usage.memoryBytes = entries.reduce((sum, entry) => sum + (memory.get(entry.pid) ?? 0), 0);
  usage.maxMemoryBytes = Math.max(usage.maxMemoryBytes, usage.memoryBytes);
  usage.processes = entries.length;
  const cpu = entries.reduce((sum, entry) => sum + entry.cpuMilliseconds, 0);
  usage.cpuMilliseconds = Math.max(usage.cpuMilliseconds, cpu);
}

/** Containers past their own limit, and of each task past its limit, the largest container. */
export function overLimit<Container extends Limited>(containers: readonly Container[]): Container[] {
  const own = containers.filter(
    ({ memoryLimitMiB, usage }) => memoryLimitMiB !== undefined && usage.memoryBytes > memoryLimitMiB * MIB,
  );
  const ofTasks = [...Map.groupBy(containers, (container) => container.taskId).values()].flatMap((task) => {
    const limit = task[0]?.taskMemoryLimitMiB;
    const total = task.reduce((sum, container) => sum + container.usage.memoryBytes, 0);
    if (limit === undefined || total <= limit * MIB || task.some((container) => own.includes(container)))
      return [];
    return task.toSorted((a, b) => b.usage.memoryBytes - a.usage.memoryBytes).slice(0, 1);
  });
  return [...own, ...ofTasks];
}
