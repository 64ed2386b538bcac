/** What the support matrix says of one service. */
export interface ServiceSupport {
  /** As AWS writes it. */
  readonly title: string;
  /** The name that requests are signed for. */
  readonly signingName: string;
  /** Operations that are played, read from the service's own registry. */
  readonly played: readonly string[];
  /** Operations that users may look for and that are refused. */
  readonly notPlayed: readonly string[];
  /** Behaviours that differ from AWS; Markdown. */
  readonly differences: readonly string[];
}

/** A setting that is taken and shown, and changes nothing on this machine. */
export interface WithoutEffect {
  readonly where: string;
  readonly setting: string;
  readonly why: string;
}

/** Everything that `docs/local-support.md` is written from. */
export interface SupportMatrix {
  readonly services: readonly ServiceSupport[];
  /** CloudFormation types that are played. */
  readonly resourceTypes: readonly string[];
  /** CloudFormation types that are left out knowingly, each with why. */
  readonly ignoredTypes: Readonly<Record<string, string>>;
  readonly withoutEffect: readonly WithoutEffect[];
}
