import { expect, test } from "vitest";
import { TokenBuckets } from "../../../../containers/console/limits/token-buckets.ts";

test("a client may do so much at once, then so much a second, and none pays for another", () => {
  const buckets = new TokenBuckets({ burst: 3, perSecond: 0.5 });
  const take = (client: string, at: number) => buckets.take(client, at);
  expect([take("a", 0), take("a", 0), take("a", 0)]).toEqual([0, 0, 0]);
  expect(take("a", 0)).toBe(2);
  expect(take("a", 1_000)).toBe(1);
  expect(take("b", 1_000)).toBe(0);
  expect(take("a", 2_000)).toBe(0);
  expect(take("a", 2_000)).toBe(2);
  // Waiting long gives no more than a burst.
  expect([1, 2, 3, 4].map(() => take("a", 1e9))).toEqual([0, 0, 0, 2]);
});

test("looking takes nothing, and a clock that goes back gives nothing", () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1 });
  expect(buckets.wait("a", 5_000)).toBe(0);
  expect(buckets.take("a", 5_000)).toBe(0);
  expect(buckets.take("a", 0)).toBe(1);
  expect(buckets.wait("a", 0)).toBe(1);
});
