import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { RuntimeOptions } from "../../local/runtime.ts";

const readyLine = z.object({ endpoint: z.url(), outputs: z.record(z.string(), z.string()) });

/** A runtime in a process of its own, so that it has as much of the machine as it has for its users. */
export class ServedAssembly implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly endpoint: string;
  readonly outputs: Readonly<Record<string, string>>;

  private constructor(child: ChildProcess, ready: z.output<typeof readyLine>) {
    this.#child = child;
    this.endpoint = ready.endpoint;
    this.outputs = ready.outputs;
  }

  static async start(
    assembly: string,
    state: string,
    options: Pick<RuntimeOptions, "speed" | "fargateStartSeconds"> = {},
  ): Promise<ServedAssembly> {
    const script = fileURLToPath(new URL("serve-assembly.ts", import.meta.url));
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", script, assembly, state, JSON.stringify(options)],
      { stdio: ["pipe", "pipe", "ignore"] },
    );
    for await (const line of createInterface({ input: child.stdout })) {
      return new ServedAssembly(child, readyLine.parse(JSON.parse(line)));
    }
    throw new Error("The runtime ended before it was ready");
  }

  output(name: string): string {
    const value = this.outputs[name];
    if (value === undefined) throw new RangeError(`The template has no output ${name}`);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin?.end();
    await closed;
  }
}
