import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { about } from "../api/session.ts";
import { size } from "../lib/format.ts";
import { useVirtualRows } from "../lib/use-virtual-rows.ts";
import { Icon } from "../ui/icon.tsx";
import { Fault } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { carriesFiles, chosenFiles, filesOf } from "../uploads/dropped-files.ts";
import { addFiles, changed, uploads } from "../uploads/uploads.ts";
import "../styles/drop.css";
import { Unfinished } from "./drop/unfinished.tsx";
import { UploadRow } from "./drop/upload-row.tsx";
import { UploadSummary } from "./drop/upload-summary.tsx";

const ROW_HEIGHT = 65;

export function Drop() {
  return (
    <Page title="Drop files" lead="They go straight to S3; the right container takes them from there.">
      <DropZone />
      <Unfinished />
      <Uploads />
    </Page>
  );
}

function DropZone() {
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState(false);
  const [error, setError] = useState<unknown>();
  const take = async (transfer: DataTransfer) => {
    setReading(true);
    setError(undefined);
    try {
      const files = await filesOf(transfer);
      if (files.length > 0) addFiles(files);
      else setError("There was no file in what you dropped.");
    } catch (problem) {
      setError(`The folder could not be read: ${problem instanceof Error ? problem.message : problem}`);
    } finally {
      setReading(false);
    }
  };
  // With the page, not after it: whoever sees it may drop something.
  useLayoutEffect(() => {
    // Entering a child comes before leaving its parent, so enters and leaves are counted.
    let depth = 0;
    const listeners = {
      dragenter: (event: DragEvent) => carriesFiles(event.dataTransfer) && setOver(++depth > 0),
      dragleave: (event: DragEvent) => carriesFiles(event.dataTransfer) && setOver(--depth > 0),
      dragover: (event: DragEvent) => carriesFiles(event.dataTransfer) && event.preventDefault(),
      drop: (event: DragEvent) => {
        if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        void take(event.dataTransfer);
      },
      paste: (event: ClipboardEvent) => {
        if (event.clipboardData && carriesFiles(event.clipboardData)) void take(event.clipboardData);
      },
    };
    const all = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of all) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of all) window.removeEventListener(name, listener);
    };
  }, []);
  changed.value;
  const limit = about.value?.uploads.maxBytes;
  return (
    <section
      class="drop"
      data-over={over || undefined}
      data-compact={uploads.length > 0 || undefined}
      aria-labelledby="drop-title"
    >
      <Icon name="drop" size={36} />
      <h2 id="drop-title">{reading ? "Reading the folder …" : "Drop files or a folder anywhere"}</h2>
      <p class="quiet drop-kinds">
        Tables, images, archives, documents, media – told by their content.
        {limit !== undefined && ` Up to ${size(limit)} a file, resumed when the connection breaks.`}
      </p>
      <div class="drop-buttons">
        <Choose text="Choose files" />
        <Choose text="Choose a folder" folder />
      </div>
      <p class="quiet small drop-paste">Or paste with Ctrl-V or ⌘V.</p>
      {error !== undefined && <Fault error={error} />}
    </section>
  );
}

function Choose({ text, folder = false }: { readonly text: string; readonly folder?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={folder ? "button plain" : "button"} onClick={() => input.current?.click()}>
        {text}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-pick={folder ? "folder" : "files"}
        {...(folder ? { webkitdirectory: true } : {})}
        onChange={(event) => {
          const files = chosenFiles(event.currentTarget.files ?? []);
          if (files.length > 0) addFiles(files);
          // The same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

function Uploads() {
  changed.value;
  const { frame, height, rows, measure } = useVirtualRows({
    count: uploads.length,
    rowHeight: ROW_HEIGHT,
    keyOf: (index) => uploads[index]?.id ?? String(index),
  });
  return (
    <section aria-labelledby="uploads-title" hidden={uploads.length === 0}>
      <UploadSummary />
      <div ref={frame} class="rows uploads" role="list" style={{ height: `${height}px` }}>
        {rows.map(({ index, key, top }) => {
          const upload = uploads[index];
          return (
            upload && (
              <div
                key={key}
                ref={measure}
                role="listitem"
                data-index={index}
                aria-setsize={uploads.length}
                aria-posinset={index + 1}
                class="rows-item"
                style={{ transform: `translateY(${top}px)` }}
              >
                <UploadRow upload={upload} turn={changed.value} />
              </div>
            )
          );
        })}
      </div>
    </section>
  );
}
