import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Another runtime has the state folder open. */
export class StateInUseError extends Error {
  constructor(directory: string, pid: number) {
    super(
      `${directory} is in use by the runtime with process id ${pid}; stop it, or choose another folder with --state`,
    );
    this.name = "StateInUseError";
  }
}

/**
 * Claims a state folder for this process; a claim that a killed runtime left is taken over.
 * @returns gives the folder up
 * @throws StateInUseError
 */
export function lockState(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "runtime.pid");
  for (;;) {
    try {
      const descriptor = openSync(file, "wx");
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const pid = Number(readFileSync(file, "utf8"));
      if (isAlive(pid)) throw new StateInUseError(directory, pid);
      rmSync(file, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
