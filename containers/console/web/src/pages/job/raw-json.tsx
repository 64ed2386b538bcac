import { useMemo, useState } from "preact/hooks";

/** More text than this in one element makes browsers slow. */
const MOST_CHARACTERS = 400_000;

/** The whole document, one click away, as text. */
export function RawJson({ value, name }: { readonly value: object; readonly name: string }) {
  const [open, setOpen] = useState(false);
  const text = useMemo(() => (open ? JSON.stringify(value, null, 2) : ""), [open, value]);
  const save = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: name });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div class="raw">
      <div class="raw-tools">
        <button type="button" class="button plain small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide raw JSON" : "Raw JSON"}
        </button>
        <button type="button" class="button plain small" onClick={save}>
          Save JSON
        </button>
      </div>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls can be scrolled by keys
        <pre class="code" tabIndex={0} aria-label="Result document as JSON" role="region">
          {text.slice(0, MOST_CHARACTERS)}
          {text.length > MOST_CHARACTERS && "\n… the rest is in the saved file"}
        </pre>
      )}
    </div>
  );
}
