import { useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<Value> {
  readonly value: Value | undefined;
  /** Of the last try; what was read before it stays. */
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * Reads something when the page is shown, again when `key` changes, and every so often.
 * @param everyMs while the page can be seen
 */
export function useLoad<Value>(
  key: string,
  read: (signal: AbortSignal) => Promise<Value>,
  everyMs?: number,
): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: unknown; loading: boolean }>({
    key,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const reader = useRef(read);
  reader.current = read;
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => (before.key === key ? { ...before, loading: true } : { key, loading: true }));
    reader.current(abort.signal).then(
      (value) => abort.signal.aborted || setState({ key, value, loading: false }),
      (error) =>
        abort.signal.aborted ||
        setState((before) => ({ ...(before.key === key ? before : { key }), error, loading: false })),
    );
    return () => abort.abort();
  }, [key, turn]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setTurn((before) => before + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const current = state.key === key ? state : { loading: true, value: undefined, error: undefined };
  return {
    value: current.value,
    error: current.error,
    loading: current.loading,
    reload: () => setTurn((before) => before + 1),
  };
}
