import type { ScalingDecision } from "../../../../api/schemas/cluster.ts";
import type { Tone } from "../../lib/statuses.ts";
import { Card } from "../../ui/card.tsx";
import { Empty, Loading } from "../../ui/notice.tsx";
import { Badge } from "../../ui/status.tsx";
import { Ago } from "../../ui/time.tsx";
import { shortLabel } from "./history.ts";

const MOST = 20;
const TONES: Readonly<Record<ScalingDecision["status"], Tone>> = {
  pending: "busy",
  "in-progress": "busy",
  successful: "good",
  overridden: "still",
  unfulfilled: "bad",
  failed: "bad",
};

/** Why there are more tasks, or fewer. */
export function Scaling({ decisions }: { readonly decisions: readonly ScalingDecision[] | undefined }) {
  return (
    <Card
      title="Scaling decisions"
      note="The newest first, each with the alarm, policy or schedule that asked for it"
    >
      {!decisions && <Loading what="Reading decisions" lines={2} />}
      {decisions?.length === 0 && (
        <Empty icon="cluster" title="Nothing has scaled yet">
          <p>Queue a few hundred files, and the workers' service answers their backlog here.</p>
        </Empty>
      )}
      <ol class="decisions">
        {decisions?.slice(0, MOST).map(({ id, service, at, description, cause, status, statusMessage }) => (
          <li key={id}>
            <div class="decision-head">
              <Badge tone={TONES[status]}>{status.replace("-", " ")}</Badge>
              <b>{description}</b>
              <span class="quiet small">
                {shortLabel(service)}, <Ago time={at} />
              </span>
            </div>
            <p class="quiet small">{cause}</p>
            {statusMessage && <p class="quiet small">{statusMessage}</p>}
          </li>
        ))}
      </ol>
    </Card>
  );
}
