import { JOB_VARIABLE } from "../../events/jobs/job-request.ts";
import { createLog } from "../kit/log.ts";

const log = createLog();

/** A task with a job does it and ends; one without works for the queue until it is stopped. */
try {
  const dedicated = process.env[JOB_VARIABLE] !== undefined;
  const { main } = dedicated ? await import("./dedicated.ts") : await import("./worker.ts");
  process.exit(await main(log));
} catch (error) {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  log.error("task.error", { error: name, message, ...(name !== "EnvironmentError" && { stack }) });
  process.exit(1);
}
