import type { ClusterService } from "../../../../api/schemas/cluster.ts";
import { count, familyOf } from "../../lib/format.ts";
import { Card } from "../../ui/card.tsx";
import { Loading } from "../../ui/notice.tsx";
import { Badge } from "../../ui/status.tsx";
import { Ago } from "../../ui/time.tsx";
import { shortLabel } from "./history.ts";

const EVENTS = 4;

/** ECS names the service in each of its events; here they stand below its name. */
function withoutService(message: string): string {
  return message.replace(/^\(service [^)]+\) /, "");
}

export function Services({ services }: { readonly services: readonly ClusterService[] | undefined }) {
  return (
    <Card title="Services" class="bare">
      {!services && <Loading what="Reading services" lines={2} />}
      <ul class="columns wide">
        {services?.map(({ name, desired, running, pending, definition, deployments, events }) => (
          <li class="column" key={name}>
            <div class="column-head">
              <h3 title={name}>{shortLabel(name)}</h3>
              <Badge tone={running === desired ? "good" : "busy"}>
                {count(running)} of {count(desired)} running
              </Badge>
            </div>
            <p class="quiet small">
              {familyOf(definition)}
              {pending > 0 && ` · ${pending} pending`}
            </p>
            {deployments
              .filter(({ rollout, failed }) => (rollout && rollout !== "COMPLETED") || failed > 0)
              .map((deployment) => (
                <p key={deployment.startedAt} class="small">
                  Deployment {deployment.rollout?.toLowerCase().replaceAll("_", " ")}: {deployment.running} of{" "}
                  {deployment.desired}
                  {deployment.failed > 0 && `, ${deployment.failed} failed`}. {deployment.reason}
                </p>
              ))}
            <ol class="service-events">
              {events.slice(0, EVENTS).map(({ at, message }) => (
                <li key={`${at} ${message}`}>
                  <span>{withoutService(message)}</span>
                  <span class="quiet">
                    <Ago time={at} />
                  </span>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </Card>
  );
}
