import type { GenericContent } from "../../../../../events/results/generic.ts";
import { count, plural } from "../lib/format.ts";
import { Card } from "../ui/card.tsx";

export function GenericResult({ content }: { readonly content: GenericContent }) {
  const { entropyBitsPerByte: entropy, printableStrings } = content;
  return (
    <>
      <Card title="Bytes" note="Of no kind that is known here">
        <p class="meter-label">
          Entropy <b>{count(entropy)}</b> of 8 bits a byte
          <span class="quiet"> · {entropyWords(entropy)}</span>
        </p>
        <meter class="meter" min={0} max={8} value={entropy} aria-label="Entropy in bits a byte" />
      </Card>
      {printableStrings.first.length > 0 && (
        <Card title="Printable strings" note={plural(printableStrings.count, "run")}>
          <pre class="strings">{printableStrings.first.join("\n")}</pre>
        </Card>
      )}
    </>
  );
}

function entropyWords(entropy: number): string {
  if (entropy > 7.5) return "like compressed or encrypted data";
  if (entropy > 5) return "dense binary data";
  return entropy < 1 ? "nearly one byte repeated" : "plain, repetitive data";
}
