import type { ComponentChildren } from "preact";
import { size } from "../../lib/format.ts";
import { STATUSES } from "../../lib/statuses.ts";
import { JobFacts } from "../../ui/job-facts.tsx";
import { Badge, JobBadge } from "../../ui/status.tsx";
import type { Upload } from "../../uploads/upload.ts";
import { retry, stop, toggle } from "../../uploads/uploads.ts";
import { InlineResult } from "./inline-result.tsx";

/** One upload: on its way, then its job, then its result in the same place. @param turn changes with the upload */
export function UploadRow({ upload }: { readonly upload: Upload; readonly turn: number }) {
  const { state, file, name } = upload;
  const job = state.name === "job" ? state.job : undefined;
  const unfolds = job?.status === "succeeded" && job.hasResult;
  return (
    <div class="upload" data-state={state.name}>
      <div class="upload-line">
        <span class="upload-status">
          {job ? <JobBadge status={job.status} /> : <StateBadge upload={upload} />}
        </span>
        <span class="upload-name" title={name}>
          {job ? <a href={`/jobs/${job.jobId}`}>{name}</a> : name}
        </span>
        <span class="upload-note">
          <Note upload={upload} />
        </span>
        <span class="upload-size">{size(file.size)}</span>
        <span class="upload-actions">
          {unfolds && (
            <button
              type="button"
              class="button plain small"
              aria-expanded={upload.open}
              aria-label={`${upload.open ? "Hide" : "Show"} result of ${name}`}
              onClick={() => toggle(upload)}
            >
              {upload.open ? "Hide result" : "Show result"}
            </button>
          )}
          {(state.name === "sending" || state.name === "paused" || state.name === "waiting") && (
            <button
              type="button"
              class="button plain small"
              aria-label={`Stop ${name}`}
              onClick={() => stop(upload)}
            >
              Stop
            </button>
          )}
          {(state.name === "refused" || state.name === "stopped") && (
            <button
              type="button"
              class="button plain small"
              aria-label={`Try again: ${name}`}
              onClick={() => retry(upload)}
            >
              Try again
            </button>
          )}
        </span>
      </div>
      {unfolds && upload.open && job && <InlineResult job={job} />}
    </div>
  );
}

function StateBadge({ upload: { state } }: { readonly upload: Upload }) {
  switch (state.name) {
    case "waiting":
      return (
        <Badge tone="still" icon="clock">
          Waiting
        </Badge>
      );
    case "sending":
      return (
        <Badge tone="busy" icon="drop">
          Uploading
        </Badge>
      );
    case "paused":
      return (
        <Badge tone="bad" icon="pause">
          Paused
        </Badge>
      );
    case "sent":
      return (
        <Badge tone="busy" icon="check">
          Uploaded
        </Badge>
      );
    case "stopped":
      return (
        <Badge tone="still" icon="cross">
          Stopped
        </Badge>
      );
    default:
      return (
        <Badge tone="bad" icon="cross">
          Not uploaded
        </Badge>
      );
  }
}

function Note({ upload }: { readonly upload: Upload }): ComponentChildren {
  const { state, file, name, sent, destination } = upload;
  switch (state.name) {
    case "waiting":
      return "Goes up after the files before it";
    case "sending":
      return (
        <>
          <progress max={Math.max(1, file.size)} value={sent} aria-label={`Upload of ${name}`} />
          <span>
            {size(sent)}
            {sent > 0 && sent === file.size && ", all sent: S3 is about to confirm it"}
            {state.resumedAt !== undefined && `, resumed at ${size(state.resumedAt)}`}
          </span>
        </>
      );
    case "paused":
      return `${state.reason} It goes on by itself.`;
    case "sent":
      return `${destination?.pipeline ?? ""}: its job is about to begin`;
    case "stopped":
      return "You stopped this upload";
    case "refused":
      return <span class="bad">{state.reason}</span>;
    case "job":
      return state.job.status === "succeeded" || state.job.status === "failed" ? (
        <JobFacts job={state.job} />
      ) : state.job.progress ? (
        <>
          <progress max={100} value={state.job.progress.percent} aria-label={`Progress of ${name}`} />
          <span>{state.job.progress.step}</span>
        </>
      ) : (
        STATUSES[state.job.status].meaning
      );
  }
}
