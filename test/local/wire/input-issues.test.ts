import { describe, expect, it } from "vitest";
import { z } from "zod";
import { describeIssues } from "../../../local/wire/input-issues.ts";
import { tagKey } from "../../../local/wire/tag-key.ts";

const schema = z.object({
  count: z.int().max(10, "Count must be between 1 and 10").optional(),
  name: z.string().max(3).optional(),
  path: z.string().startsWith("/", "starts with a slash").optional(),
  tags: z.array(z.object({ key: tagKey })).optional(),
  map: z.record(tagKey, z.string()).optional(),
});

describe("what is wrong with an input", () => {
  it.each([
    ["a service's own sentence stands alone", { count: 11 }, "Count must be between 1 and 10"],
    [
      "what is none says where",
      { path: "a" },
      "1 validation error detected: Value at 'path' failed to satisfy constraint: starts with a slash",
    ],
    ["a tag of AWS's", { tags: [{ key: "AWS:x" }] }, "Tag keys that begin with aws: are reserved for AWS."],
    ["a name in a map", { map: { "aws:x": "" } }, "Tag keys that begin with aws: are reserved for AWS."],
    [
      "all of it, in one line",
      { count: 11, tags: [{ key: "a" }, { key: "" }] },
      "2 validation errors detected: Value at 'count' failed to satisfy constraint: Count must be between 1 and 10; " +
        "Value at 'tags[1].key' failed to satisfy constraint: Too small: expected string to have >=1 characters",
    ],
  ])("%s", (_what, input, expected) => {
    const { error } = schema.safeParse(input);
    expect(error && describeIssues(error)).toBe(expected);
  });
});
