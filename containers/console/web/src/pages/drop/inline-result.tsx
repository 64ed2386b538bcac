import type { Job } from "../../../../api/schemas/jobs.ts";
import { api } from "../../api/client.ts";
import { useLoad } from "../../lib/use-load.ts";
import { Result } from "../../results/result.tsx";
import { Fault, Loading } from "../../ui/notice.tsx";
import "../../styles/results.css";

/** The result in the place of the upload that it came from. */
export function InlineResult({ job }: { readonly job: Job }) {
  const { value, error, reload } = useLoad(`${job.jobId} ${job.attempt}`, async (signal) => {
    const [document, { files }] = await Promise.all([
      api.readResult(job.jobId, signal),
      api.listFiles(job.jobId, signal),
    ]);
    return { document, files };
  });
  return (
    <div class="inline-result">
      {error !== undefined && <Fault error={error} retry={reload} />}
      {!value && error === undefined && <Loading what="Reading the result" lines={3} />}
      {value && <Result document={value.document} files={value.files} name={job.name} />}
      <p>
        <a href={`/jobs/${job.jobId}`}>Timeline, log and raw JSON</a>
      </p>
    </div>
  );
}
