import type { JobStatus } from "../../../../../events/jobs/job.ts";
import { STATUSES, type Tone } from "../lib/statuses.ts";
import { Icon, type IconName } from "./icon.tsx";

/** A state by colour, icon and word: any one of them is enough. */
export function Badge({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <span class="badge" data-tone={tone}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

export function JobBadge({ status }: { readonly status: JobStatus }) {
  const { text, tone, icon } = STATUSES[status];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}
