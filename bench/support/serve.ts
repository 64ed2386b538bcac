import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type * as z from "zod";

/** Programs that serve until their standard input closes. */
export class Served implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];

  /** Starts `bench/support/<script>`, and returns what it prints on its first line, as JSON, when it is ready. */
  async start<Ready>(script: string, args: readonly string[], ready: z.ZodType<Ready>): Promise<Ready> {
    const path = join(import.meta.dirname, script);
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", path, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#children.push(child);
    for await (const line of createInterface({ input: child.stdout })) return ready.parse(JSON.parse(line));
    throw new Error(`${script} ended before it was ready`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.stdin?.end();
    await Promise.all(
      this.#children.map((child) => child.exitCode ?? new Promise((resolve) => child.once("exit", resolve))),
    );
  }
}
