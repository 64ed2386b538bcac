import { type ChildProcess, spawn } from "node:child_process";

/**
 * Ends execution environments when the runtime itself dies, `kill -9` included: a shell that is told each
 * process group, and that kills those left once its standard input closes. An environment cannot do this
 * alone: its code may spin, and between invocations it is stopped.
 */
export interface OrphanReaper {
  watch(processGroup: number): void;
  forget(processGroup: number): void;
  stop(): Promise<void>;
}

const SCRIPT = `
groups=" "
while read -r verb group; do
  case $verb in
    watch) groups="$groups$group " ;;
    forget) groups=\${groups%%" $group "*}" "\${groups#*" $group "} ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
`;

export function createOrphanReaper(): OrphanReaper {
  // In a session of its own, so that Ctrl-C in the terminal does not end it before its time.
  const shell: ChildProcess = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: {},
  });
  const tell = (verb: string, processGroup: number) => {
    shell.stdin?.write(`${verb} ${processGroup}\n`);
  };
  shell.on("error", () => {});
  shell.stdin?.on("error", () => {});
  shell.unref();
  return {
    watch: (processGroup) => tell("watch", processGroup),
    forget: (processGroup) => tell("forget", processGroup),
    stop: () =>
      new Promise((resolve) => {
        if (shell.exitCode !== null || shell.signalCode !== null) return resolve();
        shell.once("exit", () => resolve());
        shell.ref();
        shell.stdin?.end();
      }),
  };
}
