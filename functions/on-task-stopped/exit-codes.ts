/** 128 + 9: SIGKILL, by the kernel for memory or by ECS after the stop time-out. */
export const SIGKILL_EXIT = 137;
/** 128 + 15: SIGTERM. */
export const SIGTERM_EXIT = 143;

/** Exit codes that say more than their number. Sources: POSIX, "Exit Status for Commands"; signal(7). */
const WORDS: Readonly<Record<number, string>> = {
  126: "command cannot be executed",
  127: "command not found",
  129: "SIGHUP",
  130: "SIGINT",
  131: "SIGQUIT",
  132: "SIGILL, illegal instruction: perhaps the wrong CPU architecture",
  134: "SIGABRT, aborted itself",
  135: "SIGBUS",
  136: "SIGFPE",
  [SIGKILL_EXIT]: "SIGKILL",
  139: "SIGSEGV, segmentation fault",
  141: "SIGPIPE",
  [SIGTERM_EXIT]: "SIGTERM",
};

/** `1`, `139 (SIGSEGV, segmentation fault)`. */
export function exitWords(exitCode: number): string {
  const words = WORDS[exitCode];
  return words === undefined ? String(exitCode) : `${exitCode} (${words})`;
}

/** Whether a container ended by an error of its own, rather than well or by a signal that others may have sent. */
export function isOwnError(exitCode: number): boolean {
  return exitCode !== 0 && exitCode !== SIGKILL_EXIT && exitCode !== SIGTERM_EXIT;
}
