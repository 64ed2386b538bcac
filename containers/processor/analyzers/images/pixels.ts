import type { ImageContent } from "../../../../events/results/images.ts";

type DominantColours = NonNullable<ImageContent["dominantColours"]>;

const MOST_COLOURS = 5;
/** Bits per channel that tell colours apart. */
const BITS = 4;
/** Less than half opaque counts as not there. */
const OPAQUE = 128;

/** Groups pixels by the upper bits of their channels; of the largest groups, the average colour. */
export function dominantColours(rgba: Uint8Array): DominantColours {
  const groups = new Map<number, { count: number; red: number; green: number; blue: number }>();
  let visible = 0;
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
    if (alpha < OPAQUE) continue;
    visible++;
    const drop = 8 - BITS;
    const key = ((red >> drop) << (2 * BITS)) | ((green >> drop) << BITS) | (blue >> drop);
    const group = groups.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    group.count++;
    group.red += red;
    group.green += green;
    group.blue += blue;
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_COLOURS)
    .map(({ count, red, green, blue }) => ({
      colour: `#${[red, green, blue].map((sum) => hex(Math.round(sum / count))).join("")}`,
      share: Math.round((count / visible) * 1_000) / 1_000,
    }));
}

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** Width and height of what `perceptualHash` takes. */
export const HASHED_PIXELS = 32;
const LOW_FREQUENCIES = 8;
/** Differences that compression makes: an eighth of a grey level per pixel. Flat pictures have little else. */
const NOISE = HASHED_PIXELS ** 2 / 8;

/** cos((2x + 1) u π / 2n), for the low frequencies u of all x. */
const COSINES = Array.from({ length: LOW_FREQUENCIES }, (_, u) =>
  Array.from({ length: HASHED_PIXELS }, (_, x) =>
    Math.cos(((2 * x + 1) * u * Math.PI) / (2 * HASHED_PIXELS)),
  ),
);

/**
 * One bit per low frequency of the picture's discrete cosine transform: whether it is above the median.
 * @param grey 32 × 32 bytes
 */
export function perceptualHash(grey: Uint8Array): string {
  const rows = Array.from({ length: HASHED_PIXELS }, (_, y) =>
    COSINES.map((cosines) =>
      cosines.reduce((sum, cos, x) => sum + cos * (grey[y * HASHED_PIXELS + x] ?? 0), 0),
    ),
  );
  const frequencies = COSINES.flatMap((cosines) =>
    COSINES.map((_, u) =>
      Math.round(cosines.reduce((sum, cos, y) => sum + cos * (rows[y]?.[u] ?? 0), 0) / NOISE),
    ),
  );
  // The first is the average brightness, which would outweigh all others.
  const sorted = frequencies.slice(1).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const bits = frequencies.map((value, index) => (index > 0 && value > median ? "1" : "0")).join("");
  return BigInt(`0b${bits}`).toString(16).padStart(16, "0");
}
