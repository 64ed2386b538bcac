// The states of a job in words, with the tone in which they are shown.

const STATUSES = {
  accepted: { text: "Accepted", tone: "busy" },
  queued: { text: "Waiting", tone: "busy" },
  launched: { text: "Starting", tone: "busy" },
  running: { text: "Running", tone: "busy" },
  succeeded: { text: "Succeeded", tone: "good" },
  failed: { text: "Failed", tone: "bad" },
  superseded: { text: "Superseded", tone: "quiet" },
};

export function statusOf(job) {
  return STATUSES[job.status] ?? { text: job.status, tone: "quiet" };
}

const ADVICE = {
  "object-gone": "The object was deleted before it was read. Upload it again.",
  "object-changed": "The object changed while it was read. A newer job has the new version.",
  unreadable: "The content does not match what the name promises. Check the file and upload it again.",
  "out-of-memory":
    "It needs more memory than its pipeline allows. Split the file or ask for a larger ceiling.",
  "disk-full":
    "It needs more disk than its pipeline allows. Split the file or ask for more ephemeral storage.",
  timeout: "It took longer than its pipeline allows. Split the file or ask for more time.",
  "attempts-exhausted": "Every attempt failed. An administrator finds the reasons in the log.",
};

/** What a reader can do about a failure. */
export function adviceOn(failure) {
  return (
    ADVICE[failure.cause] ?? "An administrator has been told. Uploading the file again starts a new job."
  );
}
