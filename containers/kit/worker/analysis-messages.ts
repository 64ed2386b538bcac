import type { FailureCause } from "../../../events/jobs/job.ts";
import type { Analysis, AnalysisTask } from "../analyze.ts";

/** From the worker to one of its analysis processes: an object, or the checkpoint that was asked for. */
export type AnalysisRequest =
  | { readonly kind: "task"; readonly task: AnalysisTask }
  | { readonly kind: "checkpoint"; readonly state: unknown };

/** From an analysis process to its worker. `answer` and `problem` end the request. */
export type AnalysisReport =
  | { readonly kind: "progress"; readonly percent: number; readonly step: string }
  | { readonly kind: "load-checkpoint" }
  | { readonly kind: "save-checkpoint"; readonly state: unknown }
  | { readonly kind: "answer"; readonly analysis: Analysis; readonly rssBytes: number }
  | {
      readonly kind: "problem";
      readonly failureCause: FailureCause;
      readonly message: string;
      readonly retriable: boolean;
      readonly rssBytes: number;
    };
