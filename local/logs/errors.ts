import { AwsError } from "../wire/aws-error.ts";

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function noSuchGroup(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `The specified log group does not exist: ${name}`);
}

export function noSuchStream(name: string): AwsError {
  return new AwsError("ResourceNotFoundException", `The specified log stream does not exist: ${name}`);
}

export function alreadyExists(what: "group" | "stream", name: string): AwsError {
  return new AwsError("ResourceAlreadyExistsException", `The specified log ${what} already exists: ${name}`);
}
