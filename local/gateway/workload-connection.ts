import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";

/** What ECS and Lambda set in the environment of every container and function, and let nobody change. */
const WORKLOAD = /(?:^|\0)AWS_EXECUTION_ENV=AWS_(?:ECS|Lambda)_/;

const known = new WeakMap<Socket, boolean>();

/**
 * Whether the other end of a connection is a process of a task or function that this process has started. Any
 * credentials count as the administrator's for people on this machine; a task's must not.
 *
 * Linux tells which process has a socket open (`/proc`). Elsewhere the answer is always no: so it is for a process
 * that has left its task's process tree.
 */
export function isFromWorkload(socket: Socket): boolean {
  const before = known.get(socket);
  if (before !== undefined) return before;
  const answer = process.platform === "linux" && ownsSocket(socket);
  known.set(socket, answer);
  return answer;
}

function ownsSocket({ remotePort, localPort }: Socket): boolean {
  if (remotePort === undefined || localPort === undefined) return false;
  const workloads = children(process.pid).filter((pid) => WORKLOAD.test(read(`/proc/${pid}/environ`)));
  if (workloads.length === 0) return false;
  const inode = inodeOf(remotePort, localPort);
  return inode !== undefined && workloads.some((pid) => treeHolds(pid, `socket:[${inode}]`));
}

/** The client's side of the connection, as /proc/net/tcp lists it: ports in hex, the inode in the tenth column. */
function inodeOf(clientPort: number, ownPort: number): string | undefined {
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of read(file).split("\n")) {
      const columns = line.trim().split(/\s+/);
      if (portOf(columns[1]) === clientPort && portOf(columns[2]) === ownPort) return columns[9];
    }
  }
  return undefined;
}

function portOf(address: string | undefined): number {
  return Number.parseInt(address?.split(":").at(-1) ?? "", 16);
}

function treeHolds(pid: number, socket: string): boolean {
  return holds(pid, socket) || children(pid).some((child) => treeHolds(child, socket));
}

function holds(pid: number, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((name) => linkOf(`/proc/${pid}/fd/${name}`) === socket);
  } catch {
    return false;
  }
}

/** Each thread lists the processes that it has started. */
function children(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Processes and their files come and go while they are looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
