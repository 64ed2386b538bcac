import { jobIdOf } from "../../../events/jobs/job-id.ts";
import { jobMessage } from "../../../events/jobs/job-message.ts";
import type { NewJob } from "../../../events/jobs/transitions.ts";
import type { Pipeline } from "../../../events/pipeline.ts";
import { pipelineForKey } from "../../../events/routing.ts";

/** What a message from the jobs queue asks for. */
export type ReadMessage =
  | { readonly kind: "job"; readonly job: NewJob; readonly pipeline: Pipeline }
  /** The rules are a little wider than the pipelines: another one takes this key, and has a message of its own. */
  | { readonly kind: "foreign"; readonly key: string; readonly owner: string }
  /** No worker will ever understand it. */
  | { readonly kind: "unreadable"; readonly reason: string };

export function readMessage(body: string | undefined, pipelines: readonly Pipeline[]): ReadMessage {
  let json: unknown;
  try {
    json = JSON.parse(body ?? "");
  } catch {
    return unreadable("The body is not JSON");
  }
  const parsed = jobMessage.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return unreadable(`${issue?.path.join(".") || "The body"}: ${issue?.message ?? "is not a job message"}`);
  }
  const { pipeline: name, event } = parsed.data;
  const { bucket, object } = event.detail;
  const pipeline = pipelines.find((candidate) => candidate.name === name);
  if (!pipeline) return unreadable(`No pipeline is called ${JSON.stringify(name)}`);
  const owner = pipelineForKey(pipelines, object.key);
  if (owner && owner.name !== name) return { kind: "foreign", key: object.key, owner: owner.name };
  const version = {
    bucket: bucket.name,
    key: object.key,
    ...(object["version-id"] !== undefined && { versionId: object["version-id"] }),
    etag: object.etag,
    sequencer: object.sequencer,
  };
  const jobId = jobIdOf(version, name);
  return {
    kind: "job",
    job: { ...version, jobId, pipeline: name, lane: "pooled", size: object.size },
    pipeline,
  };
}

function unreadable(reason: string): ReadMessage {
  return { kind: "unreadable", reason };
}
