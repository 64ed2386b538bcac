import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { AwsError } from "../wire/aws-error.ts";
import { jsonService } from "../wire/json-service.ts";
import { arn, type Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { ssmOperations } from "./operations.ts";
import type { ParameterChange, ParameterType } from "./parameter.ts";
import { openParameterStore } from "./parameter-store.ts";
import { Parameters } from "./parameters.ts";

export type { ParameterType } from "./parameter.ts";

export interface SsmOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
}

export type ParameterDetails = Omit<ParameterChange, "name" | "value" | "type" | "declared">;

export interface Ssm {
  readonly service: GatewayService;
  /**
   * Brings a parameter to what a template says. A value that was changed since by the API stays, until the template
   * says something else than it did before.
   * @throws AwsError ValidationException for a name or value that Parameter Store does not take
   */
  put(name: string, value: string, type: ParameterType, details?: ParameterDetails): void;
  /** The decrypted value of `name`, `name:version` or a parameter's ARN; undefined when there is none. */
  get(name: string): string | undefined;
  /** Does nothing when there is no such parameter. */
  delete(name: string): void;
}

/** Systems Manager Parameter Store, kept in the runtime's database. */
export function createSsm({ realm, database, clock }: SsmOptions): Ssm {
  const store = openParameterStore(database);
  const parameters = new Parameters({ realm, store, clock });
  const modifiedBy = arn(realm, "iam", "root", "");
  return {
    service: jsonService({
      signingNames: ["ssm"],
      targetPrefix: "AmazonSSM",
      version: "1.1",
      validationCode: "ValidationException",
      service: parameters,
      operations: ssmOperations,
    }),
    put(name, value, type, details = {}) {
      const before = store.find(name);
      const declared = JSON.stringify({ value, type, details });
      if (before?.declared === declared) return;
      // A type cannot be changed in place.
      if (before && before.type !== type) store.remove(name);
      const tags = details.tags ?? {};
      parameters.put({ name, value, type, ...details, tags, declared }, { overwrite: true, modifiedBy });
    },
    get(name) {
      try {
        return parameters.get(name).value;
      } catch (error) {
        if (error instanceof AwsError) return undefined;
        throw error;
      }
    },
    delete: (name) => void store.remove(name),
  };
}
