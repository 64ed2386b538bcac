/** Who asks, as policies see it. */
export type RequestPrincipal =
  | {
      readonly kind: "role";
      /** `arn:aws:iam::<account>:role/<path><name>` */
      readonly roleArn: string;
      /** `arn:aws:sts::<account>:assumed-role/<name>/<session>` */
      readonly sessionArn: string;
    }
  | { readonly kind: "user"; readonly userArn: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "anonymous" };

/** One question to IAM. */
export interface AccessRequest {
  /** `service:Operation`, e.g. `s3:GetObject`. */
  readonly action: string;
  /** The ARN, or `*` for operations without a resource. */
  readonly resource: string;
  readonly principal: RequestPrincipal;
  readonly context: RequestContext;
}

/** Condition keys of a request, e.g. `aws:SourceArn`; names are compared without case. */
export class RequestContext {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  /** @param values a list marks a multivalued key */
  constructor(values: Readonly<Record<string, string | readonly string[] | undefined>>) {
    const given = Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[key.toLowerCase(), typeof value === "string" ? [value] : value] as const],
    );
    this.#values = new Map(given);
  }

  /** The values of a key, or undefined when the request does not carry it. */
  get(key: string): readonly string[] | undefined {
    return this.#values.get(key.toLowerCase());
  }
}

/** The account in an ARN, or in the plain id that policies take for one. */
export function accountOf(arnOrAccount: string): string | undefined {
  if (/^\d{12}$/.test(arnOrAccount)) return arnOrAccount;
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arnOrAccount)?.[1];
}
