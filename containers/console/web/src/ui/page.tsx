import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { path } from "../lib/router.ts";

let shownBefore = false;

/** A page with its title; after a change of page the title has the focus, so that readers know where they are. */
export function Page({
  title,
  heading,
  lead,
  aside,
  children,
}: {
  /** Of the window. */
  readonly title: string;
  /** On the page, where that is not the title. */
  readonly heading?: ComponentChildren;
  readonly lead?: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Longshore`;
  }, [title]);
  const place = path.value;
  useEffect(() => {
    if (shownBefore) head.current?.focus({ preventScroll: true });
    shownBefore = true;
  }, [place]);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1 ref={head} tabIndex={-1}>
            {heading ?? title}
          </h1>
          {lead && <p>{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}
