import type { IncidentSeverity } from "../../../../../events/incidents/incident.ts";
import type { FailureCause } from "../../../../../events/jobs/job.ts";
import type { IconName } from "../ui/icon.tsx";
import type { Tone } from "./statuses.ts";

export const SEVERITIES: Readonly<
  Record<
    IncidentSeverity,
    { readonly text: string; readonly tone: Tone; readonly icon: IconName; readonly meaning: string }
  >
> = {
  warning: {
    text: "Warning",
    tone: "busy",
    icon: "retry",
    meaning: "The platform has answered it by itself.",
  },
  error: {
    text: "Error",
    tone: "bad",
    icon: "cross",
    meaning: "A job has failed, or a service's task has died.",
  },
  critical: {
    text: "Critical",
    tone: "bad",
    icon: "incidents",
    meaning: "Whatever runs next will fail the same way.",
  },
};

export const CAUSES: Readonly<Record<FailureCause, string>> = {
  "object-gone": "Object is gone",
  "object-changed": "Object has changed",
  unreadable: "File cannot be read",
  "container-error": "Container failed",
  "out-of-memory": "Out of memory",
  "disk-full": "Disk full",
  "cannot-pull": "Image cannot be pulled",
  initialization: "Task could not be set up",
  infrastructure: "Infrastructure failed",
  unhealthy: "Health check failed",
  spot: "Spot interruption",
  timeout: "Took too long",
  stopped: "Stopped by a person",
  "launch-refused": "ECS gave no task",
  configuration: "Wrong configuration",
  "attempts-exhausted": "All attempts failed",
};
