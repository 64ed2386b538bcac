import type { Pipeline } from "../events/pipeline.ts";
import { GENERIC_PIPELINE } from "../events/routing.ts";

/** An EventBridge pattern as CloudFormation writes it. */
export interface ObjectCreatedPattern {
  readonly source: readonly ["aws.s3"];
  readonly "detail-type": readonly ["Object Created"];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** EventBridge's limit on the characters of a pattern. Source: EventBridge quotas, "Event pattern size". */
export const MAX_PATTERN_CHARACTERS = 2048;

/**
 * The pattern of one pipeline's lane: key by prefix or ending, lane by size. Whatever belongs to the lane matches;
 * the little more that does is left alone by the consumer.
 */
export function objectCreatedPattern(
  bucketName: string,
  pipeline: Pipeline,
  lane: "pooled" | "dedicated",
  all: readonly Pipeline[],
): ObjectCreatedPattern {
  const keys = pipeline.name === GENERIC_PIPELINE ? genericKeys(all) : pipelineKeys(pipeline);
  const key = keys.length > 0 ? { key: keys } : {};
  const threshold = pipeline.dedicatedAboveBytes;
  const bucket = { name: [bucketName] };
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail:
      lane === "pooled"
        ? { bucket, object: { ...key, size: [{ numeric: ["<=", threshold] }] } }
        : {
            bucket,
            ...(keys.length > 0 ? { object: key } : {}),
            // At 0 every object has a task of its own, empty ones too.
            ...(threshold === 0 ? {} : { $or: largeObjects(threshold) }),
          },
  };
}

/** Objects above the threshold, as far as EventBridge can tell. */
function largeObjects(threshold: number): unknown[] {
  return [
    { object: { size: [{ numeric: [">", threshold] }] } },
    // Numeric matching is documented to end at 5e9, and larger objects exist. They all come in parts,
    // as do some small ones, which `launch-upload` leaves to the pooled lane.
    // Source: EventBridge user guide, "Numeric matching"; S3 user guide, "Uploading objects".
    { reason: ["CompleteMultipartUpload"] },
  ];
}

/**
 * EventBridge cannot ask one key for a prefix and an ending at once, other than by a wildcard, which minds case.
 * So a rule with a prefix takes all keys under it, and its consumer leaves what `pipelineForKey` gives to others.
 */
function pipelineKeys({ prefix, suffixes }: Pipeline): unknown[] {
  if (prefix !== "") return [{ prefix }];
  return suffixes.map((suffix) => ({ suffix: { "equals-ignore-case": suffix } }));
}

/**
 * What no other pipeline takes. `anything-but` knows no "ignore case", so endings are listed in lower and upper
 * case; a key in mixed case fires two rules, and the generic consumer leaves it to its owner.
 */
function genericKeys(all: readonly Pipeline[]): unknown[] {
  const suffixes = all
    .filter(({ name, prefix }) => name !== GENERIC_PIPELINE && prefix === "")
    .flatMap((pipeline) => pipeline.suffixes);
  return suffixes.length > 0 ? [{ "anything-but": { suffix: asManyAsFit(cases(suffixes)) } }] : [];
}

/** Those that people write first. */
function cases(suffixes: readonly string[]): string[] {
  const lower = suffixes.map((suffix) => suffix.toLowerCase());
  return [...new Set([...lower, ...suffixes.map((suffix) => suffix.toUpperCase())])];
}

/** Characters of a pattern's list of endings; the rest of the pattern takes fewer than the others. */
const MAX_LIST_CHARACTERS = MAX_PATTERN_CHARACTERS - 400;

/** The keys of endings that are left out fire the generic rule as well, whose consumer leaves them to their owner. */
function asManyAsFit(endings: readonly string[]): string[] {
  let characters = 0;
  return endings.filter((ending) => {
    characters += JSON.stringify(ending).length + 1;
    return characters <= MAX_LIST_CHARACTERS;
  });
}
