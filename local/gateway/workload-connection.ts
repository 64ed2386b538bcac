import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";

/** What ECS and Lambda set in the environment of every container and function, and let nobody change. */
const WORKLOAD = /(?:^|\0)AWS_EXECUTION_ENV=AWS_(?:ECS|Lambda)_/;

const known = new WeakMap<Socket, boolean>();
const containers = new Set<number>();

/** What a container engine has started is no child of this process. @returns forgets it, once it has ended */
export function addContainerProcess(pid: number): () => void {
  containers.add(pid);
  return () => void containers.delete(pid);
}

/**
 * Whether the other end of a connection is a process of a task or function that this process has started, or had
 * started by a container engine of this machine. Any credentials count as the administrator's for people on this
 * machine; a task's must not.
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
  const own = children(process.pid).filter((pid) => WORKLOAD.test(read(`/proc/${pid}/environ`)));
  const workloads = [...own, ...containers];
  if (workloads.length === 0) return false;
  const socket = findSocket(remotePort, localPort);
  return socket !== undefined && workloads.some((pid) => treeHolds(pid, socket));
}

/** The client's side of a connection. */
interface ClientSocket {
  /** As links in `/proc/<pid>/fd` name it. */
  readonly name: string;
  /** Of the user who opened it. */
  readonly uid: number;
}

/** As /proc/net/tcp lists it: ports in hex, the user in the eighth column, the inode in the tenth. */
function findSocket(clientPort: number, ownPort: number): ClientSocket | undefined {
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of read(file).split("\n")) {
      const columns = line.trim().split(/\s+/);
      if (portOf(columns[1]) !== clientPort || portOf(columns[2]) !== ownPort) continue;
      return { name: `socket:[${columns[9]}]`, uid: Number(columns[7]) };
    }
  }
  return undefined;
}

function portOf(address: string | undefined): number {
  return Number.parseInt(address?.split(":").at(-1) ?? "", 16);
}

function treeHolds(pid: number, socket: ClientSocket): boolean {
  return holds(pid, socket) || children(pid).some((child) => treeHolds(child, socket));
}

/** Another user's open files show to root alone; a container with a user of its own is known by that user then. */
function holds(pid: number, { name, uid }: ClientSocket): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((file) => linkOf(`/proc/${pid}/fd/${file}`) === name);
  } catch {
    return uid !== process.getuid?.() && uid === uidOf(pid);
  }
}

function uidOf(pid: number): number | undefined {
  const uid = /^Uid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
  return uid === undefined ? undefined : Number(uid);
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
