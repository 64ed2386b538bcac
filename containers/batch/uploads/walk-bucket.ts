import { BATCH_KEYS, type Walk, walkItem } from "../../../events/batch/batch-items.ts";
import type { BatchTable } from "../batch-table.ts";
import type { Lease } from "../lease.ts";
import { checkPage, type UploadsCheck } from "./check-page.ts";
import type { UploadsChecked } from "./check-recent.ts";
import { listVersions } from "./list-versions.ts";
import type { Upload } from "./object-version.ts";

const DAY_MS = 24 * 3_600_000;
const CLOCKS_MS = 5 * 60_000;
/** Parts of an upload that is never completed are kept for so long; until then it may become an object. */
const LONGEST_UPLOAD_MS = 7 * DAY_MS;
/** Where the walk is, is written down after so many pages. */
const PAGES_PER_MARK = 10;

/**
 * Walks on through the whole bucket, a bounded number of pages a run, for uploads under keys of any kind. A page is one
 * request; only uploads that came since the last round began are looked up, as the others were then.
 */
export async function walkBucket(
  check: UploadsCheck,
  table: BatchTable,
  lease: Pick<Lease, "assertHeld">,
  maxPages: number,
): Promise<UploadsChecked & { readonly roundDone: boolean }> {
  const { s3, bucket, driver, clock } = check;
  const walk = (await table.get(BATCH_KEYS.walk, walkItem)) ?? newRound(clock.now(), clock.now() - DAY_MS);
  let oldestWaiting = Date.parse(walk.oldestWaiting ?? walk.roundStartedAt);
  const sum = { pages: 0, checked: 0, driven: 0, unversioned: 0 };
  for await (const { versions, next } of listVersions(s3, bucket, { from: walk })) {
    const outcome = await checkPage(versions, (upload) => isNew(upload, walk), check);
    sum.pages++;
    sum.checked += outcome.checked;
    sum.driven += outcome.driven;
    sum.unversioned += outcome.unversioned;
    oldestWaiting = Math.min(oldestWaiting, outcome.oldestWaiting ?? oldestWaiting);
    // What could not be driven is found again by the next run.
    if (driver.isExhausted) break;
    const isEnough = sum.pages >= maxPages;
    if (next && !isEnough && sum.pages % PAGES_PER_MARK !== 0) continue;
    lease.assertHeld();
    if (!next) {
      await table.put(BATCH_KEYS.walk, { ...newRound(clock.now(), oldestWaiting) });
      return { ...sum, roundDone: true };
    }
    const { roundStartedAt, since } = walk;
    await table.put(BATCH_KEYS.walk, {
      ...next,
      roundStartedAt,
      since,
      oldestWaiting: new Date(oldestWaiting).toISOString(),
    });
    if (isEnough) break;
  }
  return { ...sum, roundDone: false };
}

function newRound(now: number, since: number): Walk {
  return { roundStartedAt: new Date(now).toISOString(), since: new Date(since).toISOString() };
}

/** An object that came in parts bears the time at which its upload began, which may be before the last round. */
function isNew({ modifiedAt, inParts }: Upload, { since }: Walk): boolean {
  return modifiedAt >= Date.parse(since) - (inParts ? LONGEST_UPLOAD_MS : CLOCKS_MS);
}
