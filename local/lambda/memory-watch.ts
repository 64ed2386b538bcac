import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

/** Watches one process until stopped; `stop` tells the most memory that it was seen to hold, in bytes. */
export interface MemoryWatch {
  stop(): number;
}

const LINUX_INTERVAL_MS = 50;
/** Without /proc a look costs a process of its own. */
const OTHER_INTERVAL_MS = 1000;

/**
 * Calls `onExceeded` once when the process holds more than `limitBytes`. Counted is what a container's limit
 * counts: resident memory without the shared pages of the executable.
 */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): MemoryWatch {
  const isLinux = process.platform === "linux";
  let highest = 0;
  let isOver = false;
  const note = (bytes: number) => {
    highest = Math.max(highest, bytes);
    if (isOver || bytes <= limitBytes) return;
    isOver = true;
    onExceeded();
  };
  const look = isLinux ? () => note(fromProc(pid)) : () => fromPs(pid, note);
  const timer = setInterval(look, isLinux ? LINUX_INTERVAL_MS : OTHER_INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      if (isLinux) highest = Math.max(highest, fromProc(pid));
      return highest;
    },
  };
}

const PAGE_BYTES = 4096;

function fromProc(pid: number): number {
  try {
    const [, resident = "0", shared = "0"] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
    return (Number(resident) - Number(shared)) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function fromPs(pid: number, note: (bytes: number) => void): void {
  execFile("ps", ["-o", "rss=", "-p", String(pid)], (error, stdout) => {
    if (!error) note(Number(stdout.trim()) * 1024);
  });
}
