/**
 * The zones of a region in the make-believe account. Real accounts see what their region has, three or more
 * in most; templates that are synthesized for any account use two or three.
 */
export function availabilityZones(region: string): string[] {
  return ["a", "b", "c"].map((letter) => `${region}${letter}`);
}
