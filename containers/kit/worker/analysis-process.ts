import { type ChildProcess, fork } from "node:child_process";
import type { Analysis, AnalysisTask, CheckpointStore, OnProgress } from "../analyze.ts";
import { JobError } from "../job-error.ts";
import type { AnalysisReport, AnalysisRequest } from "./analysis-messages.ts";

/** A process that keeps more than this share of its memory between two objects is replaced. */
const RECYCLE_ABOVE = 0.7;

export interface AnalysisProcessOptions {
  /** File that calls `serveAnalyses`. */
  readonly module: string;
  /** Bytes that one process may have resident. */
  readonly memoryBytes: number;
}

/** One child process that analyzes one object at a time. */
export class AnalysisProcess {
  readonly #child: ChildProcess;
  readonly #memoryBytes: number;
  #endedBecause: string | undefined;

  constructor({ module, memoryBytes }: AnalysisProcessOptions) {
    this.#memoryBytes = memoryBytes;
    this.#child = fork(module, [], {
      serialization: "advanced",
      execArgv: [
        "--disable-warning=ExperimentalWarning",
        `--max-old-space-size=${Math.round(memoryBytes / 2 / 2 ** 20)}`,
      ],
      env: environment(),
    });
    this.#child.once("exit", (code, signal) => {
      this.#endedBecause ??= `it ended with ${signal ?? `exit code ${code}`}`;
    });
    this.#child.once("error", (error) => {
      this.#endedBecause ??= error.message;
    });
  }

  /** Whether it can take another object. */
  get usable(): boolean {
    return this.#endedBecause === undefined;
  }

  get endedBecause(): string | undefined {
    return this.#endedBecause;
  }

  kill(): void {
    this.#endedBecause ??= "it was stopped";
    this.#child.kill("SIGKILL");
  }

  /** @throws JobError, also when the process dies or takes too long */
  analyze(task: AnalysisTask, onProgress: OnProgress, checkpoint: CheckpointStore): Promise<Analysis> {
    return new Promise((resolve, reject) => {
      const onMessage = (report: AnalysisReport) => {
        if (report.kind === "progress") return onProgress(report.percent, report.step);
        if (report.kind === "save-checkpoint") return checkpoint.save(report.state);
        if (report.kind === "load-checkpoint") return void this.#sendCheckpoint(checkpoint);
        settle();
        if (report.rssBytes > RECYCLE_ABOVE * this.#memoryBytes) {
          this.#endedBecause ??= `it kept ${report.rssBytes} bytes of memory`;
        }
        if (report.kind === "answer") resolve(report.analysis);
        else reject(new JobError(report.failureCause, report.message, { retriable: report.retriable }));
      };
      const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
        settle();
        reject(deathOf(code, signal, this.#memoryBytes));
      };
      const timer = setTimeout(() => {
        settle();
        this.kill();
        reject(new JobError("timeout", `The analysis took longer than ${task.limits.timeoutMs / 1_000} s`));
      }, task.limits.timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        this.#child.off("message", onMessage);
        this.#child.off("exit", onExit);
      };
      this.#child.on("message", onMessage);
      this.#child.once("exit", onExit);
      this.#child.send({ kind: "task", task } satisfies AnalysisRequest, (error) => {
        if (!error) return;
        this.#endedBecause ??= error.message;
        settle();
        reject(new JobError("container-error", `No analysis process: ${error.message}`, { retriable: true }));
      });
    });
  }

  async #sendCheckpoint(checkpoint: CheckpointStore): Promise<void> {
    const state = await checkpoint.load();
    if (this.#child.connected) this.#child.send({ kind: "checkpoint", state } satisfies AnalysisRequest);
  }
}

/** Exit code of a process that has used up its memory; 134 is V8 giving up for the same reason. */
export const OUT_OF_MEMORY_EXIT = 77;
const ABORTED_EXIT = 134;

/** What an error in native code ends with. */
const CRASHES: ReadonlySet<string> = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE"]);

function deathOf(code: number | null, signal: NodeJS.Signals | null, memoryBytes: number): JobError {
  if (code === OUT_OF_MEMORY_EXIT || code === ABORTED_EXIT || signal === "SIGABRT" || signal === "SIGKILL") {
    const mebibytes = Math.round(memoryBytes / 2 ** 20);
    return new JobError(
      "out-of-memory",
      `The analysis needs more than the ${mebibytes} MiB that a worker gives to one object. A smaller dedicatedAboveBytes of the pipeline gives such objects a task of their own`,
      { retriable: true },
    );
  }
  if (signal !== null && CRASHES.has(signal)) {
    const message = `The file made its analysis crash (${signal}): it is damaged, or made to do harm`;
    return new JobError("unreadable", message, { retriable: true });
  }
  return new JobError("container-error", `The analysis process ended with ${signal ?? `exit code ${code}`}`, {
    retriable: true,
  });
}

/** Nothing of the task's environment: an analysis needs no credentials, and can so not give any away. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, TZ, HOME } = process.env;
  return Object.fromEntries(
    Object.entries({ PATH, TMPDIR, TZ, HOME }).filter(([, value]) => value !== undefined),
  );
}
