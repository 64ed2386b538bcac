import { z } from "zod";
import { metadata } from "../describe.ts";
import { afterOf, takePage } from "../page.ts";
import type { Parameters } from "../parameters.ts";
import { filterSchema, toPredicate } from "./filters.ts";

const MAX_PAGE = 50;

export const describeParametersSchema = z.strictObject({
  ParameterFilters: z.array(filterSchema()).optional(),
  MaxResults: z.int().min(1).max(MAX_PAGE).default(MAX_PAGE),
  NextToken: z.string().optional(),
});

export function describeParameters(parameters: Parameters, input: z.output<typeof describeParametersSchema>) {
  const wanted = toPredicate(input.ParameterFilters ?? []);
  const candidates = parameters.store.list("", afterOf(input.NextToken)).filter(wanted);
  const { page, ...next } = takePage(candidates, input.MaxResults);
  return { Parameters: page.map((parameter) => metadata(parameters, parameter)), ...next };
}
