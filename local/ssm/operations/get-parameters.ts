import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { withValue } from "../describe.ts";
import { invalid } from "../errors.ts";
import { afterOf, takePage } from "../page.ts";
import type { Parameters } from "../parameters.ts";
import { filterSchema, toPredicate } from "./filters.ts";

const MAX_NAMES = 10;
const reference = z.string().min(1).max(2_048);
export const names = z.array(reference).min(1).max(MAX_NAMES);
const WithDecryption = z.boolean().default(false);

export const getParameterSchema = z.strictObject({ Name: reference, WithDecryption });

export function getParameter(parameters: Parameters, input: z.output<typeof getParameterSchema>) {
  return { Parameter: withValue(parameters, parameters.get(input.Name), input.WithDecryption) };
}

export const getParametersSchema = z.strictObject({ Names: names, WithDecryption });

/** Names that stand for nothing are listed, not refused. */
export function getParameters(parameters: Parameters, input: z.output<typeof getParametersSchema>) {
  if (new Set(input.Names).size < input.Names.length)
    throw invalid("Duplicate parameter names are not allowed.");
  const Parameters: object[] = [];
  const InvalidParameters: string[] = [];
  for (const name of input.Names) {
    try {
      Parameters.push(withValue(parameters, parameters.get(name), input.WithDecryption));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      InvalidParameters.push(name);
    }
  }
  return { Parameters, InvalidParameters };
}

export const getParametersByPathSchema = z.strictObject({
  Path: z.string().min(1).max(2_048),
  Recursive: z.boolean().default(false),
  ParameterFilters: z.array(filterSchema(["Type"])).optional(),
  WithDecryption,
  MaxResults: z.int().min(1).max(MAX_NAMES).default(MAX_NAMES),
  NextToken: z.string().optional(),
});

export function getParametersByPath(
  parameters: Parameters,
  input: z.output<typeof getParametersByPathSchema>,
) {
  if (!input.Path.startsWith("/")) throw invalid(`The path ${input.Path} must begin with /`);
  const prefix = input.Path.endsWith("/") ? input.Path : `${input.Path}/`;
  const wanted = toPredicate(input.ParameterFilters ?? []);
  const { page, ...next } = takePage(
    parameters.store
      .list(prefix, afterOf(input.NextToken))
      .filter(({ name }) => input.Recursive || !name.slice(prefix.length).includes("/"))
      .filter(wanted),
    input.MaxResults,
  );
  return { Parameters: page.map((found) => withValue(parameters, found, input.WithDecryption)), ...next };
}
