import type { Job } from "../../../api/schemas/jobs.ts";
import { CAUSES } from "../lib/causes.ts";
import { facts } from "../lib/format.ts";

/** ECS's class of a stop, which its cause says better. */
const STOP_CODE = /^(TaskFailedToStart|EssentialContainerExited|TerminationNotice|SpotInterruption); /;

/** The cause in plain words comes first: what ECS or a container says may be long, and is cut. */
function Failure({ failure }: Pick<Job, "failure">) {
  if (!failure) return <span class="bad">It failed.</span>;
  return (
    <span class="bad failure" title={failure.message}>
      {CAUSES[failure.cause]}: {failure.message.replace(STOP_CODE, "")}
    </span>
  );
}

/** What there is to say of a finished job in one line. */
export function JobFacts({ job, most = 4 }: { readonly job: Job; readonly most?: number }) {
  if (job.status === "failed") return <Failure failure={job.failure} />;
  return (
    <span class="chips">
      {facts(job.facts ?? {})
        .slice(0, most)
        .map(([name, value]) => (
          <span class="chip" key={`${name} ${value}`}>
            {name !== "" && <span class="quiet">{name} </span>}
            {value}
          </span>
        ))}
    </span>
  );
}
