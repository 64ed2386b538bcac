import type { Analysis, AnalysisTask, Analyze, CheckpointStore, OnProgress } from "../analyze.ts";
import type { Log } from "../log.ts";
import { AnalysisProcess, type AnalysisProcessOptions } from "./analysis-process.ts";

interface Waiting {
  readonly task: AnalysisTask;
  readonly onProgress: OnProgress;
  readonly checkpoint: CheckpointStore;
  readonly resolve: (analysis: Promise<Analysis>) => void;
}

/**
 * A few child processes, kept warm, that analyze one object each at a time. What one object does to its process,
 * a crash in native code included, no other object notices.
 */
export class AnalysisPool {
  readonly #options: AnalysisProcessOptions;
  readonly #log: Log;
  readonly #processes = new Set<AnalysisProcess>();
  readonly #idle: AnalysisProcess[] = [];
  readonly #waiting: Waiting[] = [];
  #closed = false;

  constructor(size: number, options: AnalysisProcessOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    for (let started = 0; started < size; started++) this.#startProcess();
  }

  /** Waits its turn; the time limit counts from when a process takes it. */
  readonly analyze: Analyze = (task, onProgress, checkpoint) =>
    new Promise((resolve) => {
      this.#waiting.push({ task, onProgress, checkpoint, resolve });
      this.#assign();
    });

  /** Kills the processes; analyses under way never settle well. */
  close(): void {
    this.#closed = true;
    for (const process of this.#processes) process.kill();
  }

  #startProcess(): void {
    const process = new AnalysisProcess(this.#options);
    this.#processes.add(process);
    this.#idle.push(process);
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const process = this.#idle.pop();
      if (!process) return;
      if (!process.usable) {
        this.#replace(process);
        continue;
      }
      const next = this.#waiting.shift();
      if (!next) return;
      const analysis = process.analyze(next.task, next.onProgress, next.checkpoint);
      next.resolve(analysis);
      analysis.then(
        () => this.#release(process),
        () => this.#release(process),
      );
    }
  }

  #release(process: AnalysisProcess): void {
    if (this.#closed) return;
    if (process.usable) this.#idle.push(process);
    else this.#replace(process);
    this.#assign();
  }

  #replace(process: AnalysisProcess): void {
    this.#log.warn("analysis.restarted", { because: process.endedBecause });
    process.kill();
    this.#processes.delete(process);
    this.#startProcess();
  }
}
