const FIRST_SECONDS = 5;
/** Longer waits would outlast people's patience; SQS itself would take up to 12 hours. */
const LONGEST_SECONDS = 900;

/**
 * Seconds until another try: doubling from 5 s to 15 min, of which up to half is left to chance, so that what
 * failed together does not come back together.
 * @param tries how often it was tried already, from 1
 */
export function backoffSeconds(tries: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (tries - 1));
  return Math.ceil(full * (1 - random() / 2));
}
