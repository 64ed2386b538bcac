import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FunctionConfig } from "./function-config.ts";
import { watchMemory } from "./memory-watch.ts";
import type { OrphanReaper } from "./orphan-reaper.ts";
import { readOutput } from "./output-stream.ts";

const BOOTSTRAP = fileURLToPath(new URL("./bootstrap/main.mjs", import.meta.url));
const MEGABYTE = 1024 * 1024;

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly functionArn: string;
  readonly traceId: string;
  readonly clientContext?: unknown;
}

/** How one phase of an environment (initialization or an invocation) ended. */
export type PhaseOutcome =
  | { readonly kind: "response"; readonly payload: string }
  /** The function threw; `payload` is its error as JSON. */
  | { readonly kind: "failure"; readonly payload: string }
  | { readonly kind: "timeout" }
  /** The process ended by itself; `reason` as AWS words it, e.g. `signal: killed`. */
  | { readonly kind: "exit"; readonly reason: string };

/** What bootstrap/main.mjs sends. */
interface BootstrapMessage {
  readonly type: "ready" | "init-failure" | "response" | "failure";
  readonly payload?: string;
  readonly isFatal?: boolean;
}

export interface ExecutionEnvironmentOptions {
  readonly config: FunctionConfig;
  readonly variables: Record<string, string>;
  readonly temporaryDirectory: string;
  readonly logStream: string;
  /** When the role session in its variables ends, milliseconds since the epoch. */
  readonly credentialsExpireAt: number;
  readonly reaper: OrphanReaper;
}

/**
 * One child process that runs one function: initialized once, then given one event at a time. Between events it
 * is stopped (SIGSTOP), as Lambda freezes an environment: timers and sockets left behind stand still.
 */
export class ExecutionEnvironment {
  readonly config: FunctionConfig;
  readonly logStream: string;
  readonly credentialsExpireAt: number;
  /** Where output goes; set for each phase. */
  onOutput: (message: string) => void = () => {};
  /** False once the process has ended or can take no further event. */
  isUsable = true;

  readonly #process: ChildProcess;
  readonly #temporaryDirectory: string;
  readonly #exited: Promise<void>;
  readonly #streams: readonly ReturnType<typeof readOutput>[];
  #messages = 0;
  #settle: (outcome: PhaseOutcome) => void = () => {};

  constructor(options: ExecutionEnvironmentOptions) {
    const { config, reaper } = options;
    this.config = config;
    this.logStream = options.logStream;
    this.credentialsExpireAt = options.credentialsExpireAt;
    this.#temporaryDirectory = options.temporaryDirectory;
    mkdirSync(options.temporaryDirectory, { recursive: true });
    // The heap shares that the managed runtime gives to V8's two generations.
    const heap = Math.floor(config.memorySize * 0.9);
    const young = Math.max(Math.floor(config.memorySize * 0.05), 1);
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${heap}`, `--max-semi-space-size=${young}`, BOOTSTRAP],
      {
        cwd: config.codeDirectory,
        env: options.variables,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        // A process group of its own: what the function starts ends with it.
        detached: true,
      },
    );
    this.#process = child;
    const group = child.pid;
    if (group !== undefined) reaper.watch(group);
    this.#streams = [child.stdout, child.stderr].flatMap((stream) =>
      stream ? [readOutput(stream, (message) => this.onOutput(message))] : [],
    );
    child.on("message", (message) => void this.#receive(message as BootstrapMessage));
    this.#exited = new Promise((resolve) => {
      const ended = (reason: string) => {
        this.isUsable = false;
        if (group !== undefined) reaper.forget(group);
        rmSync(this.#temporaryDirectory, { recursive: true, force: true });
        this.#settle({ kind: "exit", reason });
        resolve();
      };
      // What the function started may hold its streams open; it ends with the environment.
      child.once("exit", () => void this.#killGroup());
      child.once("close", (code, signal) => ended(exitReason(code, signal)));
      child.once("error", (error) => ended(error.message));
    });
  }

  /** Loads the function. The outcome's kind is `response` when it is ready for events. */
  initialize(timeoutMs: number) {
    return this.#phase(timeoutMs, () => {});
  }

  invoke(request: InvocationRequest, timeoutMs: number) {
    return this.#phase(timeoutMs, () => {
      this.#signal("SIGCONT");
      this.#process.send({ ...request, deadlineMs: Date.now() + timeoutMs }, () => {});
    });
  }

  /** Ends the process and everything that it started, without warning, as Lambda does. */
  kill(): Promise<void> {
    this.isUsable = false;
    this.#killGroup();
    return this.#exited;
  }

  async #phase(timeoutMs: number, begin: () => void) {
    const { pid } = this.#process;
    const startedAt = performance.now();
    const memory = watchMemory(pid ?? 0, this.config.memorySize * MEGABYTE, () => void this.kill());
    let timer: NodeJS.Timeout | undefined;
    const outcome = await new Promise<PhaseOutcome>((resolve) => {
      this.#settle = resolve;
      timer = setTimeout(() => resolve({ kind: "timeout" }), timeoutMs);
      begin();
    });
    clearTimeout(timer);
    this.#settle = () => {};
    const durationMs = performance.now() - startedAt;
    const memoryBytes = memory.stop();
    if (outcome.kind === "timeout") await this.kill();
    else if (this.isUsable) this.#signal("SIGSTOP");
    return { outcome, durationMs, memoryBytes };
  }

  async #receive(message: BootstrapMessage) {
    this.#messages += 1;
    if (message.type === "init-failure" || message.isFatal) this.isUsable = false;
    const count = this.#messages;
    await Promise.all(this.#streams.map((stream) => stream.flushed(count)));
    const payload = message.payload ?? "null";
    const isError = message.type === "failure" || message.type === "init-failure";
    this.#settle({ kind: isError ? "failure" : "response", payload });
  }

  #signal(signal: NodeJS.Signals) {
    if (this.isUsable) this.#process.kill(signal);
  }

  #killGroup() {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Nothing of the group is left.
    }
  }
}

const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGINT: "interrupt",
};

/** As Lambda's supervisor words the end of a runtime process. */
function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) {
    return `Runtime exited with error: signal: ${SIGNAL_WORDS[signal] ?? signal}`;
  }
  return code === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${code}`;
}
