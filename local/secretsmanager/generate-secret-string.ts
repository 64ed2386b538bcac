import { invalidParameter } from "./errors.ts";
import { type PasswordOptions, randomPassword } from "./random-password.ts";

/** A template's GenerateSecretString. */
export interface GenerateSecretString extends PasswordOptions {
  /** JSON object that the password is put into, under `GenerateStringKey`. */
  readonly SecretStringTemplate?: string | undefined;
  readonly GenerateStringKey?: string | undefined;
}

/** The secret's value. @throws AwsError InvalidParameterException */
export function generateSecretString(options: GenerateSecretString): string {
  const { SecretStringTemplate, GenerateStringKey, ...passwordOptions } = options;
  if ((SecretStringTemplate === undefined) !== (GenerateStringKey === undefined)) {
    throw invalidParameter("SecretStringTemplate and GenerateStringKey must be given together");
  }
  const password = randomPassword(passwordOptions);
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...parseObject(SecretStringTemplate), [GenerateStringKey]: password });
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidParameter("SecretStringTemplate is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw invalidParameter("SecretStringTemplate is not a JSON object");
}
