import type { Analyze, CheckpointStore } from "../analyze.ts";
import { asJobError } from "../job-error.ts";
import { PeakMemory } from "../peak-memory.ts";
import type { AnalysisReport, AnalysisRequest } from "./analysis-messages.ts";
import { OUT_OF_MEMORY_EXIT } from "./analysis-process.ts";

/**
 * Makes this process one of an AnalysisPool's: analyzes what its parent sends, and ends with it. Signals are the
 * parent's to answer, also when they reach the whole process group.
 */
export function serveAnalyses(analyze: Analyze): void {
  process.on("SIGTERM", () => {});
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit(0));
  process.on("message", async (request: AnalysisRequest) => {
    if (request.kind !== "task") return;
    const { task } = request;
    using _ = new PeakMemory((rssBytes) => {
      if (rssBytes > task.limits.memoryBytes) process.exit(OUT_OF_MEMORY_EXIT);
    });
    try {
      const onProgress = (percent: number, step: string) => report({ kind: "progress", percent, step });
      const analysis = await analyze(task, onProgress, PARENT_CHECKPOINT);
      report({ kind: "answer", analysis, rssBytes: process.memoryUsage.rss() });
    } catch (error) {
      const { failureCause, message, retriable } = asJobError(error);
      report({
        kind: "problem",
        failureCause,
        message,
        retriable,
        rssBytes: process.memoryUsage.rss(),
      });
    }
  });
}

/** This process has no credentials: its parent reads and writes for it. */
const PARENT_CHECKPOINT: CheckpointStore = {
  load: () =>
    new Promise((resolve) => {
      const onMessage = (request: AnalysisRequest) => {
        if (request.kind !== "checkpoint") return;
        process.off("message", onMessage);
        resolve(request.state);
      };
      process.on("message", onMessage);
      report({ kind: "load-checkpoint" });
    }),
  save: (state) => report({ kind: "save-checkpoint", state }),
};

function report(report: AnalysisReport): void {
  process.send?.(report);
}
