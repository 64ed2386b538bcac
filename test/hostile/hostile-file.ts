import type { FailureCause } from "../../events/jobs/job.ts";

/** What must come of a file; without it, a result or a failure with a cause will do. */
export type Expected =
  | { readonly analyzer?: string; readonly warning?: RegExp }
  | { readonly failure: FailureCause; readonly because?: RegExp };

/** A file that means no good, or that something bad has happened to. */
export interface HostileFile {
  /** The rule that it is made by. */
  readonly rule: string;
  readonly key: string;
  /** Its content, or a function that writes it, for those too large to hold. */
  readonly content: (() => Buffer | Promise<Buffer>) | { readonly write: (path: string) => Promise<void> };
  readonly expected?: Expected;
}

export function file(
  rule: string,
  key: string,
  content: () => Buffer | string | Promise<Buffer>,
  expected?: Expected,
): HostileFile {
  return {
    rule,
    key,
    content: async () => Buffer.from(await content()),
    ...(expected && { expected }),
  };
}
