import type { JobStatus } from "../../../../../events/jobs/job.ts";
import type { IconName } from "../ui/icon.tsx";

export type Tone = "good" | "busy" | "bad" | "still";

export interface StatusWords {
  readonly text: string;
  readonly tone: Tone;
  readonly icon: IconName;
  /** What it means for whoever waits. */
  readonly meaning: string;
}

export const STATUSES: Readonly<Record<JobStatus, StatusWords>> = {
  accepted: { text: "Accepted", tone: "busy", icon: "clock", meaning: "Known; nothing has started yet." },
  queued: {
    text: "Waiting",
    tone: "busy",
    icon: "pause",
    meaning: "A launch was refused and is tried again by itself.",
  },
  launched: {
    text: "Starting",
    tone: "busy",
    icon: "clock",
    meaning: "ECS is starting a task for it.",
  },
  running: { text: "Running", tone: "busy", icon: "run", meaning: "A task is working on it." },
  succeeded: { text: "Succeeded", tone: "good", icon: "check", meaning: "The result is there." },
  failed: { text: "Failed", tone: "bad", icon: "cross", meaning: "It will not be tried again by itself." },
  superseded: {
    text: "Superseded",
    tone: "still",
    icon: "layers",
    meaning: "A newer version of this object has a job of its own.",
  },
};

export const OPEN: readonly JobStatus[] = ["accepted", "queued", "launched", "running"];
export const isOpen = (status: JobStatus) => OPEN.includes(status);
