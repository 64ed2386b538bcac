import { count, plural, size } from "../../lib/format.ts";
import { tally } from "../../uploads/upload.ts";
import { clearFinished, retryAll, uploads } from "../../uploads/uploads.ts";

/** How far all uploads together have come. */
export function UploadSummary() {
  const sums = tally(uploads);
  const parts = [
    `${count(sums.uploaded)} of ${plural(sums.all, "file")} uploaded`,
    `${count(sums.succeeded)} done`,
    sums.failed > 0 && `${count(sums.failed)} failed`,
    sums.refused > 0 && `${count(sums.refused)} not uploaded`,
  ].filter(Boolean);
  return (
    <div class="upload-summary">
      <div>
        <h2 id="uploads-title">Your uploads</h2>
        <p class="quiet">{parts.join(" · ")}</p>
      </div>
      <div class="upload-tools">
        {sums.refused > 0 && (
          <button type="button" class="button plain" onClick={retryAll}>
            Try all again
          </button>
        )}
        {sums.under < sums.all && (
          <button type="button" class="button plain" onClick={clearFinished}>
            Clear what is over
          </button>
        )}
      </div>
      {sums.under > 0 && (
        <div class="upload-total">
          <progress max={Math.max(1, sums.bytes)} value={sums.sentBytes} aria-label="All uploads" />
          <span class="quiet small">
            {size(sums.sentBytes)} of {size(sums.bytes)}
          </span>
        </div>
      )}
    </div>
  );
}
