import type { ProblemDocument } from "../../../api/schemas/problem.ts";

/** The console, or something between it and us, said no: in words that can be shown. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Seconds after which to come back, when the console said so. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status: number, retryAfter?: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may well succeed a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export async function problemOf(response: Response): Promise<ApiError> {
  const document: Partial<ProblemDocument> = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  const said = document.detail ?? `The console answered with status ${response.status}.`;
  return new ApiError(sentence(said), response.status, retryAfter);
}

/** The API's details begin like its members, in lower case, and end without a full stop. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
