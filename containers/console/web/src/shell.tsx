import type { ComponentChildren } from "preact";
import { liveState } from "./api/live.ts";
import { session } from "./api/session.ts";
import { signOut } from "./api/start-session.ts";
import { path } from "./lib/router.ts";
import { applyTheme, THEMES, theme } from "./lib/theme.ts";
import { NAV } from "./pages/pages.ts";
import { Icon } from "./ui/icon.tsx";
import { tally } from "./uploads/upload.ts";
import { changed, isSending, uploads } from "./uploads/uploads.ts";

const LIVE = {
  off: "Not connected",
  connecting: "Connecting …",
  live: "Live",
  lost: "Reconnecting …",
} as const;

/** What surrounds every page: where one can go, whether it is live, who one is. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="shell">
      {/* biome-ignore lint/a11y/useValidAnchor: it moves the focus, the address stays */}
      <a class="skip" href="#main" onClick={toMain}>
        Skip to the page
      </a>
      <header class="rail">
        <div class="rail-inner">
          <a class="brand" href="/">
            <img src="/mark.svg" alt="" width="28" height="28" />
            Longshore
          </a>
          <Nav />
          <div class="rail-foot">
            <p class="live" data-state={liveState.value} role="status">
              {LIVE[liveState.value]}
            </p>
            <Who />
          </div>
        </div>
      </header>
      <main class="main" id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Nav() {
  const place = path.value;
  const administrator = session.value?.role === "administrator";
  return (
    <nav class="nav" aria-label="Pages">
      <ul>
        {NAV.filter((entry) => administrator || !entry.administratorsOnly).map(({ href, text, icon }) => {
          const current = href === "/" ? place === "/" : place.startsWith(href);
          return (
            <li key={href}>
              <a href={href} aria-current={current ? "page" : undefined}>
                <Icon name={icon} size={20} />
                {text}
                {href === "/" && <UploadCount />}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Uploads go on while other pages are read. */
function UploadCount() {
  changed.value;
  if (!isSending()) return null;
  const { under } = tally(uploads);
  return (
    <span class="nav-count" data-tone="busy">
      {under}
      <span class="hidden"> being uploaded</span>
    </span>
  );
}

const THEME_ICONS = { system: "half", light: "sun", dark: "moon" } as const;

function Who() {
  const who = session.value;
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  return (
    <div class="who">
      <span class="who-role quiet">{who?.name ?? who?.role}</span>
      <span class="who-tools">
        <button
          type="button"
          class="icon-button"
          aria-label={`Colours: ${theme.value}. Change to ${next}`}
          title={`Colours: ${theme.value}`}
          onClick={() => applyTheme(next)}
        >
          <Icon name={THEME_ICONS[theme.value]} />
        </button>
        {who?.via === "session" && (
          <button
            type="button"
            class="icon-button"
            aria-label="Sign out"
            title="Sign out"
            onClick={() => void signOut()}
          >
            <Icon name="out" />
          </button>
        )}
      </span>
    </div>
  );
}
