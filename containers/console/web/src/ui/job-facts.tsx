import type { Job } from "../../../api/schemas/jobs.ts";
import { fact, label } from "../lib/format.ts";

/** What there is to say of a finished job in one line. */
export function JobFacts({ job, most = 4 }: { readonly job: Job; readonly most?: number }) {
  if (job.status === "failed") return <span class="bad">{job.failure?.message ?? "It failed."}</span>;
  const facts = Object.entries(job.facts ?? {}).slice(0, most);
  return (
    <span class="chips">
      {facts.map(([name, value]) => (
        <span class="chip" key={name}>
          {name !== "type" && <span class="quiet">{label(name)} </span>}
          {fact(name, value)}
        </span>
      ))}
    </span>
  );
}
