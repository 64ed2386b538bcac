const MARK = "Longshore: timeout";

/** The reason with which an overdue task is stopped; `isTimeoutStop` knows it again in the stopped task's event. */
export function timeoutStopReason(deadline: string): string {
  return `${MARK}: the task was still running at ${deadline}, the end of its pipeline's timeoutSeconds`;
}

/** Whether a task was stopped because it took too long. */
export function isTimeoutStop(stoppedReason: string): boolean {
  // ECS may put words of its own before the reason that StopTask was given.
  return stoppedReason.includes(MARK);
}
