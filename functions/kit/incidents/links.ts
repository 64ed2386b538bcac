import type { IncidentLog, IncidentTask } from "../../../events/incidents/incident.ts";

/** Pages on which a person sees more, by name. */
export function incidentLinks(of: {
  readonly task?: Pick<IncidentTask, "taskArn"> | undefined;
  readonly log?: Pick<IncidentLog, "group" | "stream"> | undefined;
  /** Address of Longshore's own console. */
  readonly consoleUrl?: string | undefined;
}): Record<string, string> {
  const { task, log, consoleUrl } = of;
  // arn:aws:ecs:<region>:<account>:task/<cluster>/<id>
  const [, , , region = ""] = task?.taskArn.split(":") ?? [];
  const [, cluster = "", taskId = ""] = task?.taskArn.split("/") ?? [];
  return {
    ...(task === undefined
      ? {}
      : {
          ecs: `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${cluster}/tasks/${taskId}?region=${region}`,
        }),
    ...(task === undefined || log === undefined
      ? {}
      : {
          logs:
            `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}` +
            `#logsV2:log-groups/log-group/${hashPart(log.group)}/log-events/${hashPart(log.stream)}`,
        }),
    ...(consoleUrl === undefined ? {} : { console: consoleUrl }),
  };
}

/** CloudWatch's page reads its fragment with `$25` where a URL has `%25`: encoded twice, `%` written as `$`. */
function hashPart(text: string): string {
  return encodeURIComponent(encodeURIComponent(text)).replaceAll("%", "$");
}
