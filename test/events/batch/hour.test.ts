import { describe, expect, it } from "vitest";
import { hour, hourAt, hourLater, hoursFrom, lastCompleteHour } from "../../../events/batch/hour.ts";
import { reportKey } from "../../../events/batch/report.ts";

describe("an hour", () => {
  it.each(["2026-11-22T13", "2024-02-29T00", "1970-01-01T23"])("%s is one", (text) => {
    expect(hour.parse(text)).toBe(text);
  });

  it.each([
    "2026-11-22T24",
    "2026-02-30T01",
    "2026-11-22",
    "2026-11-22 13",
    "2026-11-22T13:00",
    "",
    "26-1-2T3",
  ])("%j is none, and the error says how one is written", (text) => {
    expect(hour.safeParse(text).error?.issues[0]?.message).toContain("yyyy-mm-ddThh");
  });

  it("follows another over days, months and years", () => {
    expect(hourLater("2026-12-31T23", 1)).toBe("2027-01-01T00");
    expect(hourLater("2026-03-01T00", -1)).toBe("2026-02-28T23");
    expect(hoursFrom("2026-12-31T23", "2027-01-01T01")).toBe(2);
    expect(hoursFrom("2026-11-22T13", "2026-11-22T12")).toBe(-1);
  });

  it("is complete once it has ended", () => {
    expect(lastCompleteHour(Date.parse("2026-11-22T13:59:59.999Z"))).toBe("2026-11-22T12");
    expect(lastCompleteHour(Date.parse("2026-11-22T14:00:00.000Z"))).toBe("2026-11-22T13");
    expect(hourAt(Date.parse("2026-11-22T14:00:00.000Z"))).toBe("2026-11-22T14");
  });

  it("has its report under a key that no pipeline's results share", () => {
    expect(reportKey("2026-11-22T13", "html")).toBe("_reports/2026/11/22/13.html");
  });
});
