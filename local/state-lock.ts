import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { uptime } from "node:os";
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

/** The state folder cannot be made or written to. */
export class StateFolderError extends Error {
  constructor(directory: string, cause: NodeJS.ErrnoException) {
    super(
      `The state folder ${directory} cannot be written to: ${cause.message}; choose another with --state`,
      {
        cause,
      },
    );
    this.name = "StateFolderError";
  }
}

/**
 * Makes a state folder and claims it for this process; a claim that a killed runtime left is taken over.
 * @returns gives the folder up
 * @throws StateInUseError, StateFolderError
 */
export function lockState(directory: string): () => void {
  try {
    mkdirSync(directory, { recursive: true });
    return claim(directory);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof StateInUseError) throw error;
    throw new StateFolderError(directory, error);
  }
}

function claim(directory: string): () => void {
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
      if (isAlive(pid) && !isOfEarlierBoot(file)) throw new StateInUseError(directory, pid);
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

/** Clocks are set, and file times are rounded. */
const BOOT_TOLERANCE_MS = 60_000;

/** Whether the machine has been started since: by now another process may have the number. */
function isOfEarlierBoot(file: string): boolean {
  const bootedAt = Date.now() - uptime() * 1_000;
  return statSync(file).mtimeMs < bootedAt - BOOT_TOLERANCE_MS;
}
