import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A part of a page with a heading of its own. */
export function Card({
  title,
  note,
  aside,
  children,
  class: extra = "",
}: {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}) {
  const id = useId();
  return (
    <section class={`card ${extra}`} aria-labelledby={id}>
      <div class="card-head">
        <div>
          <h2 id={id}>{title}</h2>
          {note && <p class="quiet small">{note}</p>}
        </div>
        {aside && <div class="card-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
