import { useEffect, useId, useRef, useState } from "preact/hooks";
import { about, ended } from "../api/session.ts";
import { signIn } from "../api/start-session.ts";
import { Fault } from "../ui/notice.tsx";

/** Asks for the token; the page that was asked for is shown after it. */
export function SignIn() {
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const help = useId();
  useEffect(() => {
    document.title = "Sign in · Longshore";
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(field.current?.value.trim() ?? "");
    } catch (problem) {
      setError(problem);
      setBusy(false);
      field.current?.select();
    }
  };
  return (
    <main class="alone">
      <div class="sign-in">
        <p class="brand">
          <img src="/mark.svg" alt="" width="32" height="32" />
          Longshore
        </p>
        <h1>Sign in</h1>
        {about.value?.signIn === "oidc" ? (
          <p>
            Your organisation signs you in before this page. <a href={window.location.href}>Load it again</a>,
            and if it stays, ask an administrator for access.
          </p>
        ) : (
          <form onSubmit={submit}>
            {ended.value && (
              <p class="quiet">Your session has ended. Your uploads wait for you to sign in again.</p>
            )}
            <label class="field">
              <span>Token</span>
              <input
                ref={field}
                type="password"
                name="token"
                autocomplete="current-password"
                required
                maxLength={500}
                aria-describedby={help}
                aria-invalid={error !== undefined || undefined}
              />
            </label>
            <p class="quiet small" id={help}>
              On your own machine, open the address that <code>npm start</code> prints: it signs you in. On
              AWS, an administrator finds the tokens in Secrets Manager.
            </p>
            {error !== undefined && <Fault error={error} />}
            <button type="submit" class="button" disabled={busy}>
              {busy ? "Signing in …" : "Sign in"}
            </button>
          </form>
        )}
      </div>
    </main>
  );
}
