import type { Attempt, JobDetail } from "../../../../api/schemas/jobs.ts";
import { isAdministrator } from "../../api/session.ts";
import { capacityName } from "../../lib/capacity.ts";
import { now } from "../../lib/clock.ts";
import { clock, duration, instant, shortName } from "../../lib/format.ts";
import { STATUSES } from "../../lib/statuses.ts";
import { Card } from "../../ui/card.tsx";
import { JobBadge } from "../../ui/status.tsx";

/** What happened to a job, attempt by attempt. */
export function Attempts({ attempts, timeline }: Pick<JobDetail, "attempts" | "timeline">) {
  if (attempts.length === 0 && timeline.length === 0) return null;
  return (
    <Card title="Timeline" note={attempts.length > 1 ? `${attempts.length} attempts` : undefined}>
      <div class="timeline-parts">
        {attempts.length > 0 && (
          <ol class="attempts">
            {attempts.map((attempt) => (
              <AttemptItem key={attempt.attempt} attempt={attempt} />
            ))}
          </ol>
        )}
        {timeline.length > 0 && (
          <ol class="timeline">
            {timeline.map(({ at, what }, index) => (
              <li key={index}>
                <time dateTime={at} title={instant(at)}>
                  {clock(at)}
                </time>
                <span class="long-reason" title={what}>
                  {what}
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </Card>
  );
}

function AttemptItem({ attempt }: { readonly attempt: Attempt }) {
  const { state, startedAt, endedAt, capacity, cpu, memoryMiB, taskArn, reason, outcome, incidentId } =
    attempt;
  const end = endedAt ? Date.parse(endedAt) : state === "running" ? now.value : undefined;
  const took = startedAt && end !== undefined ? duration(end - Date.parse(startedAt)) : undefined;
  const size = cpu && memoryMiB ? `${cpu / 1024} vCPU, ${memoryMiB / 1024} GiB` : undefined;
  return (
    <li class="attempt" data-tone={STATUSES[state].tone}>
      <div class="attempt-head">
        <h3>Attempt {attempt.attempt}</h3>
        <JobBadge status={state} />
        <span class="quiet">{took}</span>
      </div>
      <p class="quiet small">
        {[capacity && capacityName(capacity), size, taskArn && `task ${shortName(taskArn).slice(0, 12)}`]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {reason && <p>{reason}</p>}
      {outcome && <p class="quiet">{outcome}</p>}
      {incidentId && isAdministrator() && (
        <p>
          <a href={`/incidents/${incidentId}`}>The incident</a>
        </p>
      )}
    </li>
  );
}
