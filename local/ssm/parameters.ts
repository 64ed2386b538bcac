import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import { arn, type Realm } from "../wire/realm.ts";
import { checkName, checkValue } from "./check-parameter.ts";
import { alreadyExists, invalid, noSuchParameter, noSuchVersion } from "./errors.ts";
import type { Parameter, ParameterChange } from "./parameter.ts";
import type { ParameterStore } from "./parameter-store.ts";

/** What the API's operations and the runtime's other services do with parameters. */
export class Parameters {
  readonly realm: Realm;
  readonly store: ParameterStore;
  readonly #clock: Clock;

  constructor(parts: { realm: Realm; store: ParameterStore; clock: Clock }) {
    this.realm = parts.realm;
    this.store = parts.store;
    this.#clock = parts.clock;
  }

  /** A parameter's ARN; a name's leading slash is not repeated in it. */
  arnOf(name: string): string {
    return arn(this.realm, "ssm", `parameter/${name.replace(/^\//, "")}`);
  }

  /**
   * The parameter that `name`, `name:version` or an ARN stands for.
   * @throws AwsError ParameterNotFound, ParameterVersionNotFound
   */
  get(reference: string): Parameter & { readonly selector: string | undefined } {
    const prefix = this.arnOf("");
    const isArn = reference.startsWith(prefix);
    const [name = "", selector] = (isArn ? reference.slice(prefix.length) : reference).split(":");
    // An ARN does not tell whether the name begins with a slash.
    const names = isArn ? [`/${name}`, name] : [name];
    const known = names.find((candidate) => this.store.find(candidate));
    if (known === undefined) throw noSuchParameter(reference);
    const version = selector === undefined ? undefined : Number(selector);
    const parameter = Number.isNaN(version) ? undefined : this.store.find(known, version);
    if (!parameter) throw noSuchVersion(known, selector ?? "");
    return { ...parameter, selector: selector === undefined ? undefined : `:${selector}` };
  }

  /**
   * Writes a parameter's first or next version.
   * @throws AwsError ParameterAlreadyExists, ValidationException, HierarchyTypeMismatchException, ...
   */
  put(change: ParameterChange, options: { overwrite: boolean; modifiedBy: string }): Parameter {
    checkName(change.name);
    const before = this.store.find(change.name);
    if (before && !options.overwrite) throw alreadyExists();
    const type = change.type ?? before?.type;
    if (type === undefined) throw invalid("A parameter type is required when you create a parameter.");
    if (before && type !== before.type) {
      throw new AwsError(
        "HierarchyTypeMismatchException",
        `${change.name} is a ${before.type} and cannot become a ${type}; delete it first`,
      );
    }
    if (before?.tier === "Advanced" && change.tier === "Standard") {
      throw invalid("This parameter uses the advanced-parameter tier, which cannot be changed to standard.");
    }
    const tier = change.tier ?? before?.tier ?? "Standard";
    checkValue({ ...change, tier });
    const parameter: Parameter = {
      name: change.name,
      type,
      tier,
      description: change.description ?? before?.description,
      allowedPattern: change.allowedPattern,
      tags: change.tags ?? before?.tags ?? {},
      declared: change.declared ?? before?.declared,
      version: (before?.version ?? 0) + 1,
      value: change.value,
      modified: Math.trunc(this.#clock.now()),
      modifiedBy: options.modifiedBy,
    };
    this.store.put(parameter);
    return parameter;
  }
}
