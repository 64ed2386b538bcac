import { type ChildProcess, spawn } from "node:child_process";

/**
 * Reads `+ <group>` and `- <group>` lines, and when the runtime's end closes its input, whatever ended it,
 * kills every process group that is left. A shell, because one of these outlives each runtime and should
 * cost next to nothing.
 */
const SCRIPT = `
groups=" "
while read -r change group; do
  case "$groups" in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac
  case "$change" in +) groups="$groups$group " ;; esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
`;

/** Makes task processes die with the runtime, after `kill -9` of it too. */
export class Reaper {
  readonly #groups = new Set<number>();
  #child: ChildProcess | undefined;

  /** Starts the reaper ahead of the first task. */
  start(): void {
    if (this.#child) return;
    // A session of its own: a Ctrl-C in the runtime's terminal must not reach it.
    const child = spawn("/bin/sh", ["-c", SCRIPT], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      env: {},
      cwd: "/",
    });
    this.#child = child;
    child.stdin?.on("error", () => {});
    child.on("error", () => {});
    child.on("exit", () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      // Somebody killed the reaper while tasks run: they get another one.
      if (this.#groups.size > 0) this.start();
    });
    child.unref();
    for (const group of this.#groups) this.#tell(`+ ${group}`);
  }

  add(group: number): void {
    this.#groups.add(group);
    if (this.#child) this.#tell(`+ ${group}`);
    else this.start();
  }

  remove(group: number): void {
    this.#groups.delete(group);
    this.#tell(`- ${group}`);
  }

  /** Lets the reaper go; it kills what was never removed. */
  close(): void {
    const child = this.#child;
    this.#child = undefined;
    this.#groups.clear();
    child?.stdin?.end();
  }

  #tell(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }
}
