import { api } from "../../api/client.ts";
import { size } from "../../lib/format.ts";
import { useLoad } from "../../lib/use-load.ts";
import { Notice } from "../../ui/notice.tsx";
import { Ago } from "../../ui/time.tsx";
import { isSameFile } from "../../uploads/send-in-parts.ts";
import { changed, uploads } from "../../uploads/uploads.ts";

/** Uploads in parts that an earlier visit began: dropping the same file again goes on with them. */
export function Unfinished() {
  changed.value;
  const { value, reload } = useLoad("unfinished", () => api.listMultipart());
  const waiting = value?.uploads.filter(
    (other) => !uploads.some(({ name, file }) => isSameFile(other, name, file)),
  );
  if (!waiting || waiting.length === 0) return null;
  return (
    <Notice tone="busy" icon="pause">
      <p>
        <b>Not finished.</b> Drop the same file again and it goes on where it stopped.
      </p>
      <ul class="unfinished">
        {waiting.map((upload) => (
          <li key={upload.id}>
            <span class="upload-name">{upload.name}</span>
            <span class="quiet">
              {size(upload.size)}, begun <Ago time={upload.startedAt} />
            </span>
            <button
              type="button"
              class="button plain small"
              aria-label={`Give up ${upload.name}`}
              onClick={() => void api.abortMultipart(upload.id).finally(reload)}
            >
              Give up
            </button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
