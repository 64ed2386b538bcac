import { createHash } from "node:crypto";
import type { Parameter } from "./parameter.ts";
import type { Parameters } from "./parameters.ts";

/** A parameter with its value, as the Get operations answer. */
export function withValue(
  parameters: Parameters,
  parameter: Parameter & { readonly selector?: string | undefined },
  withDecryption: boolean,
) {
  const { name, type, value, version, modified, selector } = parameter;
  return {
    Name: name,
    Type: type,
    Value: type === "SecureString" && !withDecryption ? ciphertext(name, value) : value,
    Version: version,
    Selector: selector,
    LastModifiedDate: modified / 1_000,
    ARN: parameters.arnOf(name),
    DataType: "text",
  };
}

/** A parameter without its value. */
export function metadata(parameters: Parameters, parameter: Parameter) {
  return {
    Name: parameter.name,
    ARN: parameters.arnOf(parameter.name),
    Type: parameter.type,
    LastModifiedDate: parameter.modified / 1_000,
    LastModifiedUser: parameter.modifiedBy,
    Description: parameter.description,
    AllowedPattern: parameter.allowedPattern,
    Version: parameter.version,
    Tier: parameter.tier,
    Policies: [],
    DataType: "text",
  };
}

/** What a reader without decryption sees of a SecureString: text that tells nothing about the value. */
function ciphertext(name: string, value: string): string {
  return createHash("sha512").update(`${name}\0${value}`).digest("base64");
}
