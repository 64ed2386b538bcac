import { useEffect, useState } from "preact/hooks";
import { session } from "./api/session.ts";
import { startSession } from "./api/start-session.ts";
import { announcement } from "./lib/announce.ts";
import { path } from "./lib/router.ts";
import { NotFound } from "./pages/not-found.tsx";
import { pageAt } from "./pages/pages.ts";
import { SignIn } from "./pages/sign-in.tsx";
import { Shell } from "./shell.tsx";
import { Fault, Loading } from "./ui/notice.tsx";

export function App() {
  const [error, setError] = useState<unknown>();
  const begin = () => {
    setError(undefined);
    startSession().catch(setError);
  };
  useEffect(begin, []);
  return (
    <>
      <Content error={error} retry={begin} />
      <p class="hidden" aria-live="polite">
        {announcement}
      </p>
    </>
  );
}

function Content({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  if (error !== undefined) {
    return (
      <main class="alone">
        <h1>Longshore</h1>
        <Fault error={error} retry={retry} />
      </main>
    );
  }
  if (session.value === undefined) {
    return (
      <main class="alone">
        <h1 class="hidden">Longshore</h1>
        <Loading what="Asking who you are" lines={2} />
      </main>
    );
  }
  if (session.value === null) return <SignIn />;
  return (
    <Shell>
      <CurrentPage />
    </Shell>
  );
}

function CurrentPage() {
  const place = path.value;
  const found = pageAt(place);
  if (!found) return <NotFound />;
  if (found.page.administratorsOnly && session.value?.role !== "administrator") return <NotFound forbidden />;
  // The key makes a new page of a new place.
  return <Lazy key={found.key} load={found.page.load} param={found.param} />;
}

type Component = (props: { readonly param: string }) => preact.ComponentChild;

/** A page whose script is loaded when it is first shown. */
function Lazy({ load, param }: { readonly load: () => Promise<Component>; readonly param: string }) {
  const [Shown, setShown] = useState<{ readonly component: Component }>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    load().then((component) => setShown({ component }), setError);
  }, [load]);
  if (error !== undefined) {
    return (
      <Fault error="This page could not be loaded: the console may just have been updated.">
        <button type="button" class="button plain" onClick={() => window.location.reload()}>
          Load it again
        </button>
      </Fault>
    );
  }
  return Shown ? <Shown.component param={param} /> : <Loading what="Loading the page" />;
}
