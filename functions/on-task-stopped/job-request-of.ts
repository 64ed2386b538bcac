import { JOB_VARIABLE, type JobRequest, jobRequest } from "../../events/jobs/job-request.ts";
import type { StoppedTask } from "./classify.ts";

/** The job that a task was started for and the container that was given it, from the overrides that the event carries. */
export function jobRequestOf(
  task: Pick<StoppedTask, "overrides">,
): { readonly request: JobRequest; readonly container: string | undefined } | undefined {
  for (const { name: container, environment = [] } of task.overrides?.containerOverrides ?? []) {
    const text = environment.find(({ name }) => name === JOB_VARIABLE)?.value;
    const request = text === undefined ? undefined : parse(text);
    if (request) return { request, container };
  }
  return undefined;
}

/** Whoever runs tasks by hand may put anything there. */
function parse(text: string): JobRequest | undefined {
  try {
    return jobRequest.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
