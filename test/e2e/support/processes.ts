import { execFileSync } from "node:child_process";

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly start: string;
}

/** A process as it was seen; its start time tells it from a later one with the same id. */
export type SeenProcess = Pick<ProcessRow, "pid" | "start">;

/** All processes that descend from one, deepest last. */
export function descendantsOf(pid: number): SeenProcess[] {
  const rows = processes();
  const found: ProcessRow[] = [];
  let generation = rows.filter(({ parent }) => parent === pid);
  while (generation.length > 0) {
    found.push(...generation);
    const parents = new Set(generation.map((row) => row.pid));
    generation = rows.filter(({ parent }) => parents.has(parent));
  }
  return found.map(({ pid: id, start }) => ({ pid: id, start }));
}

/** Those of the seen processes that still run. */
export function stillRunning(seen: readonly SeenProcess[]): SeenProcess[] {
  const now = new Set(processes().map(({ pid, start }) => `${pid} ${start}`));
  return seen.filter(({ pid, start }) => now.has(`${pid} ${start}`));
}

function processes(): ProcessRow[] {
  const text = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,lstart="], { encoding: "utf8" });
  return text.split("\n").flatMap((line) => {
    const [pid, parent, status = "", ...start] = line.trim().split(/\s+/);
    // A zombie has ended; it waits for its parent to be told.
    return pid && !status.startsWith("Z")
      ? [{ pid: Number(pid), parent: Number(parent), start: start.join(" ") }]
      : [];
  });
}
