import { type Operation, operation } from "../wire/operation.ts";
import * as remove from "./operations/delete-parameters.ts";
import { describeParameters, describeParametersSchema } from "./operations/describe-parameters.ts";
import * as get from "./operations/get-parameters.ts";
import { putParameter, putParameterSchema } from "./operations/put-parameter.ts";
import type { Parameters } from "./parameters.ts";

const define = operation<Parameters>();

/** Every operation of the Systems Manager API that is played. */
export const ssmOperations: Readonly<Record<string, Operation<Parameters>>> = {
  DeleteParameter: define(remove.deleteParameterSchema, remove.deleteParameter),
  DeleteParameters: define(remove.deleteParametersSchema, remove.deleteParameters),
  DescribeParameters: define(describeParametersSchema, describeParameters),
  GetParameter: define(get.getParameterSchema, get.getParameter),
  GetParameters: define(get.getParametersSchema, get.getParameters),
  GetParametersByPath: define(get.getParametersByPathSchema, get.getParametersByPath),
  PutParameter: define(putParameterSchema, putParameter),
};
