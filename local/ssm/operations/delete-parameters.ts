import { z } from "zod";
import { noSuchParameter } from "../errors.ts";
import type { Parameters } from "../parameters.ts";
import { names } from "./get-parameters.ts";

export const deleteParameterSchema = z.strictObject({ Name: z.string().min(1).max(2_048) });

export function deleteParameter(
  parameters: Parameters,
  { Name }: z.output<typeof deleteParameterSchema>,
): void {
  if (!parameters.store.remove(Name)) throw noSuchParameter(Name);
}

export const deleteParametersSchema = z.strictObject({ Names: names });

export function deleteParameters(parameters: Parameters, { Names }: z.output<typeof deleteParametersSchema>) {
  const DeletedParameters = Names.filter((name) => parameters.store.remove(name));
  return {
    DeletedParameters,
    InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)),
  };
}
