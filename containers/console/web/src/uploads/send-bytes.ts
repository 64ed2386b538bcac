/** S3, or the way to it, did not take the bytes. */
export class TransferError extends Error {
  override readonly name = "TransferError";
  /**
   * `lost`: the connection broke. `expired`: the permission to send ran out. `busy`: S3 asks to come back.
   * `refused`: S3 will not take it.
   */
  readonly kind: "lost" | "expired" | "busy" | "refused";

  constructor(kind: TransferError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface Transfer {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly body: FormData | Blob;
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Nothing has moved for so long: the connection is gone, whatever the browser believes. */
const STALLED_MS = 45_000;

/**
 * Sends bytes to S3 and tells how many have gone, which `fetch` cannot.
 * @throws TransferError, or the signal's reason
 */
export function sendBytes({ method, url, body, onProgress, signal }: Transfer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    const onAbort = () => request.abort();
    const lost = () =>
      signal.aborted ? signal.reason : new TransferError("lost", "The connection to S3 was lost.");
    request.upload.addEventListener("progress", ({ loaded }) => {
      alive();
      onProgress(loaded);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", onAbort);
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(request.status === 0 ? lost() : answered(request.status, request.responseText));
    });
    signal.addEventListener("abort", onAbort);
    request.open(method, url);
    alive();
    request.send(body);
  });
}

/** S3 says in XML what it did not like. */
function answered(status: number, text: string): TransferError {
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? "";
  const said = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? `status ${status}`;
  const expired = /expired/i.test(said) || /Expired/.test(code);
  if (expired) return new TransferError("expired", "The permission to send this file has run out.");
  if (status >= 500 || code === "SlowDown") return new TransferError("busy", `S3 is busy: ${said}.`);
  return new TransferError("refused", `S3 refused the file: ${said.replace(/\.$/, "")}.`);
}
