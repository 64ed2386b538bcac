import { BATCH_KEYS, uploadsItem } from "../../../events/batch/batch-items.ts";
import { HOUR_MS } from "../../../events/batch/hour.ts";
import type { BatchTable } from "../batch-table.ts";
import type { Lease } from "../lease.ts";
import { checkPage, type UploadsCheck } from "./check-page.ts";
import { listVersions } from "./list-versions.ts";

/** Further back the walk through the bucket finds what is missing. */
const FURTHEST_BACK_MS = 48 * HOUR_MS;
/** Of the one clock of S3 and the other of DynamoDB. */
const OVERLAP_MS = 5 * 60_000;

/** What was looked at, for the log. */
export interface UploadsChecked {
  readonly pages: number;
  readonly checked: number;
  readonly driven: number;
  readonly unversioned: number;
}

/**
 * Reconciles what came since the last run, under keys that start with their date, as the console makes them: a day's
 * listing, whatever else the bucket holds.
 */
export async function checkRecent(
  check: UploadsCheck,
  table: BatchTable,
  lease: Pick<Lease, "assertHeld">,
): Promise<UploadsChecked> {
  const { s3, bucket, driver, clock } = check;
  const now = clock.now();
  const known = await table.get(BATCH_KEYS.uploads, uploadsItem);
  const since = known ? Date.parse(known.checkedTo) - OVERLAP_MS : now - HOUR_MS;
  const from = Math.min(now, Math.max(since, now - FURTHEST_BACK_MS));
  const sum = { pages: 0, checked: 0, driven: 0, unversioned: 0 };
  let checkedTo = now;
  for (const prefix of dayPrefixes(from, now)) {
    for await (const { versions } of listVersions(s3, bucket, { prefix })) {
      lease.assertHeld();
      const outcome = await checkPage(versions, ({ modifiedAt }) => modifiedAt >= from, check);
      sum.pages++;
      sum.checked += outcome.checked;
      sum.driven += outcome.driven;
      sum.unversioned += outcome.unversioned;
      checkedTo = Math.min(checkedTo, outcome.oldestWaiting ?? checkedTo);
      if (driver.isExhausted) return sum;
    }
  }
  lease.assertHeld();
  await table.put(BATCH_KEYS.uploads, { checkedTo: new Date(checkedTo).toISOString() });
  return sum;
}

/** The prefixes of keys of the days between two instants; one hour more, for a key that is made before midnight. */
export function dayPrefixes(from: number, to: number): string[] {
  const prefixes = new Set<string>();
  for (let time = from - HOUR_MS; time < to; time += HOUR_MS) prefixes.add(dayPrefix(time));
  return [...prefixes.add(dayPrefix(to))];
}

function dayPrefix(time: number): string {
  return `${new Date(time).toISOString().slice(0, 10).replaceAll("-", "/")}/`;
}
