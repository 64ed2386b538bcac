export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Times are milliseconds since the epoch. */
  readonly created: number;
  readonly changed: number;
  /** When the secret was marked for deletion, and when it goes. */
  readonly deletion: { readonly asked: number; readonly due: number } | undefined;
  /** What the template asked for when it was played last, as a digest; undefined without a template. */
  readonly declared: string | undefined;
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
}

export interface SecretVersion {
  readonly id: string;
  readonly created: number;
  /** Staging labels; each is on one version at most. */
  readonly stages: readonly string[];
  readonly value: SecretValue;
}

/** `SecretBinary` is base64 text, as on the wire. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: string };

/** Secrets Manager drops versions without a label beyond about this many. */
const MAX_VERSIONS = 100;

/**
 * A secret's versions with a new one. Its labels leave the versions that had them; where AWSCURRENT leaves a version,
 * that one becomes AWSPREVIOUS.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function withVersion(
  versions: readonly SecretVersion[],
  added: Omit<SecretVersion, "stages">,
  asked: readonly string[],
): SecretVersion[] {
  // A secret always has a current version, so the first one is it whatever was asked for.
  const stages = versions.length === 0 && !asked.includes(CURRENT) ? [...asked, CURRENT] : asked;
  const isMoving = stages.includes(CURRENT);
  const relabelled = versions.map((version): SecretVersion => {
    const kept = version.stages.filter(
      (stage) => !stages.includes(stage) && !(isMoving && stage === PREVIOUS),
    );
    const wasCurrent = isMoving && version.stages.includes(CURRENT);
    return { ...version, stages: wasCurrent ? [...kept, PREVIOUS] : kept };
  });
  const all = [...relabelled, { ...added, stages }];
  let surplus = all.length - MAX_VERSIONS;
  return all.filter((version) => version.stages.length > 0 || surplus-- <= 0);
}
