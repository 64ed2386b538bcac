import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

/** Nothing is here, and what to do about it. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Icon name={icon} size={28} />
      <p class="empty-title">{title}</p>
      <div class="empty-text">{children}</div>
    </div>
  );
}

/** Something went wrong: what, and the way on. */
export function Fault({
  error,
  retry,
  children,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="notice" data-tone="bad" role="alert">
      <Icon name="incidents" />
      <div>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        {children}
        {retry && (
          <button type="button" class="button plain" onClick={retry}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}

export function Notice({
  tone,
  icon,
  children,
}: {
  readonly tone: "good" | "busy" | "bad" | "still";
  readonly icon: IconName;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="notice" data-tone={tone}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** Grey bars where text will be. */
export function Loading({ what, lines = 4 }: { readonly what: string; readonly lines?: number }) {
  return (
    <div class="loading">
      <p class="hidden" role="status">
        {what} …
      </p>
      {Array.from({ length: lines }, (_, line) => (
        <div class="loading-line" key={line} aria-hidden="true" />
      ))}
    </div>
  );
}
