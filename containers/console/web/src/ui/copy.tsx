import { useState } from "preact/hooks";
import { announce } from "../lib/announce.ts";
import { Icon } from "./icon.tsx";

/** A text for other tools, with a button that copies it. */
export function Copy({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce("Copied");
      setTimeout(() => setCopied(false), 1500);
    } catch {
      // Without TLS, or without leave, browsers copy nothing: the text is there to be marked.
    }
  };
  return (
    <span class="copy">
      <code>{text}</code>
      <button type="button" class="icon-button small" aria-label={`Copy ${text}`} onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} size={15} />
      </button>
    </span>
  );
}
