import type { CloudAssembly } from "../../../local/assembly/cloud-assembly.ts";
import type { ResolvedParameter } from "../../../local/cloudformation/parameters.ts";
import type { Scope } from "../../../local/cloudformation/scope.ts";
import { createScope } from "../../../local/cloudformation/stack-scope.ts";
import { template as templateSchema } from "../../../local/cloudformation/template.ts";
import type { Realm } from "../../../local/wire/realm.ts";

export const realm: Realm = {
  partition: "aws",
  accountId: "000000000000",
  region: "us-east-1",
  endpoint: "http://127.0.0.1:4566",
};

/** An assembly without assets, for stacks that need none. */
export const emptyAssembly: CloudAssembly = {
  directory: "/",
  version: "55.0.0",
  stacks: [],
  fileAssets: [],
  dockerImages: [],
};

/** The scope of a template that has two resources, whose values are given, and one parameter of each kind. */
export function scopeOf(parts: Record<string, unknown> = {}): Scope {
  const attributes: Record<string, unknown> = {
    "Queue.Arn": "arn:aws:sqs:us-east-1:000000000000:jobs",
    "Vpc.Blocks": ["10.0.0.0/16", "10.1.0.0/16"],
  };
  const refs: Record<string, string> = { Queue: "http://queue", Vpc: "vpc-1" };
  const found = <Value>(values: Record<string, Value>, name: string): Value => {
    const value = values[name];
    if (value === undefined) throw new Error(`unexpected lookup of ${name}`);
    return value;
  };
  const parameter = (value: string | string[]): ResolvedParameter => ({
    given: String(value),
    value,
    ssmValue: undefined,
    noEcho: false,
  });
  return createScope({
    template: templateSchema.parse(parts),
    stackName: "Demo",
    realm,
    parameters: new Map([
      ["Stage", parameter("prod")],
      ["Zones", parameter(["a", "b"])],
    ]),
    resources: {
      ref: (name) => found(refs, name),
      attribute: (id, name) => found(attributes, `${id}.${name}`),
    },
    stacks: {
      importValue: (name) => `imported ${name}`,
      stackOutput: (stack, output) => `${stack}'s ${output}`,
    },
  });
}
