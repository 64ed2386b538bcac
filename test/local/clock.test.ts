import { expect, test, vi } from "vitest";
import { createClock } from "../../local/clock.ts";

test("a clock that runs faster knows its own time of moments that the wall clock measured", () => {
  vi.useFakeTimers({ now: 1_000_000 });
  try {
    const clock = createClock(60);
    const sent = Date.now() + 500;
    vi.advanceTimersByTime(2_000);
    expect(clock.now()).toBe(1_000_000 + 120_000);
    expect(clock.now() - clock.at(sent)).toBe(1_500 * 60);
    expect(clock.at(400_000)).toBe(400_000);
  } finally {
    vi.useRealTimers();
  }
});
