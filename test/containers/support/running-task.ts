import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { eventually } from "./eventually.ts";

/** A task's process, its log lines, and its end. */
export class RunningTask {
  readonly child: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<number | string>;
  output = "";

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on("data", (chunk) => {
      this.output += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      this.output += chunk;
    });
    this.exit = once(child, "close").then(([code, signal]) => (code as number | null) ?? String(signal));
  }

  /** The lines with a name. */
  lines(event: string): Record<string, unknown>[] {
    return this.output
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.event === event);
  }

  async logged(event: string): Promise<Record<string, unknown>> {
    return eventually(`the task logs ${event}`, () => Promise.resolve(this.lines(event)[0]));
  }
}
