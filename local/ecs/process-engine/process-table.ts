import { execFile, execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";

/** One process of this machine. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** CPU time of the process and of its children that have ended. */
  readonly cpuMilliseconds: number;
  /** When it started, in no particular unit: tells a process from a later one with the same pid. */
  readonly started: string;
  readonly zombie: boolean;
}

const run = promisify(execFile);
const MILLISECONDS_PER_TICK = 10;

let next: Promise<ProcessEntry[]> | undefined;

/** A table that is read after the call; calls that come close together share one. */
export function nextProcessTable(): Promise<ProcessEntry[]> {
  next ??= setImmediate().then(() => {
    next = undefined;
    return processTable();
  });
  return next;
}

/** `ps` words its times as the user's locale has it; they are compared between runs. */
const PS_ENVIRONMENT = { env: { ...process.env, LC_ALL: "C" } };

/** Every process of this machine. @param platform what tells: `/proc` on Linux, `ps` anywhere else */
export async function processTable(platform: NodeJS.Platform = process.platform): Promise<ProcessEntry[]> {
  if (platform === "linux") {
    return readdirSync("/proc").flatMap((name) => {
      const entry = /^\d+$/.test(name) ? linuxEntry(Number(name)) : undefined;
      return entry ? [entry] : [];
    });
  }
  const { stdout } = await run("ps", ["-axo", "pid=,ppid=,pgid=,stat=,time=,lstart="], PS_ENVIRONMENT);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, group, state = "", time = "", ...started] = line.trim().split(/\s+/);
    if (!pid) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(group),
      cpuMilliseconds: parseCpuTime(time),
      started: started.join(" "),
      zombie: state.startsWith("Z"),
    };
  });
}

/** Tells this process from any other that ever had its pid; undefined when it is gone. */
export function processIdentity(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform === "linux") {
    const entry = linuxEntry(pid);
    return entry && `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${entry.started}`;
  }
  try {
    const options = { ...PS_ENVIRONMENT, encoding: "utf8" } as const;
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], options).trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Memory that only the process's end gives back: pages of files (the program itself, the page cache) are left
 * out on Linux, since the kernel drops those before it kills for memory. Elsewhere the resident set.
 */
export async function memoryOf(
  pids: readonly number[],
  platform: NodeJS.Platform = process.platform,
): Promise<Map<number, number>> {
  const result = new Map<number, number>();
  if (platform === "linux") {
    for (const pid of pids) {
      const status = readProc(`/proc/${pid}/status`);
      if (status) result.set(pid, (kilobytes(status, "RssAnon") + kilobytes(status, "RssShmem")) * 1024);
    }
    return result;
  }
  if (pids.length === 0) return result;
  const { stdout } = await run("ps", ["-o", "pid=,rss=", "-p", pids.join(",")]).catch(() => ({ stdout: "" }));
  for (const line of stdout.split("\n")) {
    const [pid, rss] = line.trim().split(/\s+/).map(Number);
    if (pid) result.set(pid, (rss ?? 0) * 1024);
  }
  return result;
}

/** proc(5): the command is in parentheses and may hold any character; the fields follow the last one. */
function linuxEntry(pid: number): ProcessEntry | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const number = (index: number) => Number(fields[index]);
  return {
    pid,
    parent: number(1),
    group: number(2),
    session: number(3),
    cpuMilliseconds: (number(11) + number(12) + number(13) + number(14)) * MILLISECONDS_PER_TICK,
    started: fields[19] ?? "",
    zombie: fields[0] === "Z",
  };
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process has ended since it was listed.
    return undefined;
  }
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}

/** `[[dd-]hh:]mm:ss[.ss]` as `ps` prints it. */
export function parseCpuTime(text: string): number {
  const [clock = "", days = "0"] = text.split("-").reverse();
  const seconds = clock.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return Math.round((seconds + Number(days) * 86_400) * 1000);
}
