import type { Pipeline } from "../events/pipeline.ts";
import { GENERIC_PIPELINE } from "../events/routing.ts";

/** An EventBridge pattern as CloudFormation writes it. */
export interface ObjectCreatedPattern {
  readonly source: readonly ["aws.s3"];
  readonly "detail-type": readonly ["Object Created"];
  readonly detail: {
    readonly bucket: { readonly name: readonly string[] };
    readonly object: { readonly key?: readonly unknown[]; readonly size: readonly unknown[] };
  };
}

/** EventBridge's limit on the characters of a pattern. Source: EventBridge quotas, "Event pattern size". */
export const MAX_PATTERN_CHARACTERS = 2048;

/** The pattern of one pipeline's lane: key by prefix and suffix, lane by size, decided by EventBridge alone. */
export function objectCreatedPattern(
  bucketName: string,
  pipeline: Pipeline,
  lane: "pooled" | "dedicated",
  all: readonly Pipeline[],
): ObjectCreatedPattern {
  const keys = pipeline.name === GENERIC_PIPELINE ? genericKeys(all) : pipelineKeys(pipeline);
  const threshold = pipeline.dedicatedAboveBytes;
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: {
      bucket: { name: [bucketName] },
      object: {
        ...(keys.length > 0 ? { key: keys } : {}),
        size: [{ numeric: [lane === "pooled" ? "<=" : ">", threshold] }],
      },
    },
  };
}

/** Prefix and suffix of one key cannot be joined by AND other than in a wildcard, which minds case. */
function pipelineKeys({ prefix, suffixes }: Pipeline): unknown[] {
  if (suffixes.length === 0) return prefix === "" ? [] : [{ prefix }];
  if (prefix === "") return suffixes.map((suffix) => ({ suffix: { "equals-ignore-case": suffix } }));
  return cases(suffixes).map((suffix) => ({
    wildcard: `${escapeWildcard(prefix)}*${escapeWildcard(suffix)}`,
  }));
}

/**
 * What no other pipeline takes. `anything-but` knows no "ignore case", so endings are listed in lower and upper
 * case; a key in mixed case fires two rules, and the generic consumer leaves it to its owner
 * (`pipelineForKey`). With a prefix in play, only that function can tell, so that the rule takes every key.
 */
function genericKeys(all: readonly Pipeline[]): unknown[] {
  const suffixes = all
    .filter(({ name, prefix }) => name !== GENERIC_PIPELINE && prefix === "")
    .flatMap((pipeline) => pipeline.suffixes);
  return suffixes.length > 0 ? [{ "anything-but": { suffix: cases(suffixes) } }] : [];
}

function cases(suffixes: readonly string[]): string[] {
  return [...new Set(suffixes.flatMap((suffix) => [suffix.toLowerCase(), suffix.toUpperCase()]))];
}

function escapeWildcard(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}
