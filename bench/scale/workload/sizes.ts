import type { Random } from "../engine/random.ts";

/** How large objects are. */
export interface Sizes {
  readonly description: string;
  /** Bytes of one object. */
  draw(random: Random): number;
}

export function fixedSize(bytes: number): Sizes {
  return { description: `${Math.round(bytes / 1_000)} KB each`, draw: () => bytes };
}

/**
 * Sizes of files as file systems have them: lognormal, with a Pareto tail that holds most of the bytes. Source:
 * N. Agrawal, A. Arpaci-Dusseau, R. Arpaci-Dusseau, "Generating Realistic Impressions for File-System Benchmarking",
 * FAST 2009, table of default parameters. Its tail has no mean; here it ends at 5 GB.
 */
const IMPRESSIONS = { bodyShare: 0.99994, mu: 9.48, sigma: 2.46, tailFrom: 512 * 2 ** 20, tailShape: 0.91 };
const LARGEST = 5e9;

export const HEAVY_TAILED: Sizes = {
  description: "heavy-tailed: median 13 KB, one in a hundred above 4 MiB, up to 5 GB",
  draw(random) {
    const { bodyShare, mu, sigma, tailFrom, tailShape } = IMPRESSIONS;
    const bytes = random.chance(bodyShare)
      ? random.lognormal(Math.exp(mu), sigma)
      : tailFrom * (1 - random.next()) ** (-1 / tailShape);
    return Math.max(1, Math.min(LARGEST, Math.round(bytes)));
  },
};
