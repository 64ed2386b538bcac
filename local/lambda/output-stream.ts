import type { Readable } from "node:stream";

/** Begins an entry of the patched console, and stands for line feeds inside it; see bootstrap/console.mjs. */
const ENTRY = "\x1e";
const LINE_FEED = "\x1f";
const FLUSH = "\x1e\x04";
/** CloudWatch's largest event; a longer line is cut into several. */
const MAX_MESSAGE_CHARACTERS = 256 * 1024;

/**
 * Reads one output stream of an execution environment, a line or console entry at a time. `flushed(n)` resolves once everything that was printed
 * before the environment's n-th message has been passed on, or the stream has ended.
 */
export function readOutput(stream: Readable, onEntry: (message: string) => void) {
  let rest = "";
  let flushes = 0;
  let hasEnded = false;
  let waiting: { count: number; resolve: () => void }[] = [];

  const settle = () => {
    const due = waiting.filter(({ count }) => hasEnded || flushes >= count);
    waiting = waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  };
  const take = (line: string): void => {
    if (line.endsWith(FLUSH)) {
      flushes += 1;
      // A last line without a line feed of its own stands before the mark.
      take(line.slice(0, -FLUSH.length));
      return;
    }
    const message = line.startsWith(ENTRY) ? line.slice(1).replaceAll(LINE_FEED, "\n") : line;
    if (message === "") return;
    for (let start = 0; start < message.length; start += MAX_MESSAGE_CHARACTERS) {
      onEntry(message.slice(start, start + MAX_MESSAGE_CHARACTERS));
    }
  };
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
    settle();
  });
  stream.on("close", () => {
    take(rest);
    rest = "";
    hasEnded = true;
    settle();
  });
  return {
    flushed: (count: number) =>
      new Promise<void>((resolve) => {
        waiting.push({ count, resolve });
        settle();
      }),
  };
}
