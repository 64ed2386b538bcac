/**
 * An error in AWS's own terms: what a real client shows its user.
 * Protocols turn it into JSON or XML; `code` is the name that SDKs dispatch on.
 */
export class AwsError extends Error {
  readonly code: string;
  /** HTTP status; AWS answers 400 for most client faults. */
  readonly statusCode: number;
  /** Further members of the modelled error, such as `resourceIds`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { statusCode?: number; members?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.statusCode = options.statusCode ?? 400;
    this.members = options.members ?? {};
  }

  /** Whose mistake it was: "Sender" for 4xx, "Receiver" for 5xx, as the query protocol words it. */
  get fault(): "Sender" | "Receiver" {
    return this.statusCode < 500 ? "Sender" : "Receiver";
  }
}

/**
 * What the local runtime answers instead of accepting something and then ignoring it.
 * 501 is outside the statuses that SDKs retry.
 */
export class NotPlayedError extends AwsError {
  constructor(what: string) {
    super("NotImplemented", `${what} is not played by the local runtime; see docs/local-support.md`, {
      statusCode: 501,
    });
  }
}
