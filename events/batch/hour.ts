import * as z from "zod";
import { hourOf } from "../jobs/job.ts";

export const HOUR_MS = 3_600_000;

/** The rule for an hour that somebody has written. */
export const HOUR_RULE = "an hour is written yyyy-mm-ddThh, in UTC, such as 2026-11-22T13";

/** An hour in UTC, as `hourOf` gives it: `2026-11-22T13`. */
export const hour = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}T\d{2}$/.test(text) && hourAt(Date.parse(`${text}:00Z`)) === text, {
    error: HOUR_RULE,
  });

/** When an hour starts, in milliseconds since the epoch. */
export function startOfHour(text: string): number {
  return Date.parse(`${text}:00Z`);
}

/** The hour of an instant. @param ms since the epoch; an instant that no date can be made of gives "" */
export function hourAt(ms: number): string {
  return Number.isFinite(ms) ? hourOf(new Date(ms).toISOString()) : "";
}

/** The hour that lies `hours` later, or earlier when negative. */
export function hourLater(text: string, hours: number): string {
  return hourAt(startOfHour(text) + hours * HOUR_MS);
}

/** Whole hours from one hour to another; negative when `to` is the earlier one. */
export function hoursFrom(from: string, to: string): number {
  return Math.round((startOfHour(to) - startOfHour(from)) / HOUR_MS);
}

/** The last hour that has ended. @param now in milliseconds since the epoch */
export function lastCompleteHour(now: number): string {
  return hourAt(now - HOUR_MS);
}
