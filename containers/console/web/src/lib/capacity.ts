const NAMES: Readonly<Record<string, string>> = {
  FARGATE: "Fargate",
  FARGATE_SPOT: "Fargate Spot",
  EC2: "EC2",
};

/** AWS's own capitals, as people write them: capacity providers and states of tasks. */
export function capacityName(name: string): string {
  const known = NAMES[name];
  if (known) return known;
  // The name of somebody's own capacity provider stays as it is.
  if (name !== name.toUpperCase()) return name;
  const lower = name.toLowerCase().replaceAll("_", " ");
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
