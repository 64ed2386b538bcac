import { arn, type Realm } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on } from "./requirement.ts";

/** A function may be named by name, ARN or partial ARN, with its qualifier at the end of any of them. */
function functionArn(realm: Realm, reference: string, qualifier: string | undefined): string {
  const [name = "", own] = (reference.split("function:").at(-1) ?? "").split(":");
  const version = qualifier ?? own;
  return arn(realm, "lambda", `function:${name}${version === undefined ? "" : `:${version}`}`);
}

const onFunction =
  (action: string): ActionMapping =>
  ({ FunctionName, Qualifier }, { realm }) =>
    on(`lambda:${action}`, functionArn(realm, FunctionName, Qualifier));
const onMapping =
  (action: string): ActionMapping =>
  ({ UUID }, { realm, mappedFunctionArn }) =>
    on(`lambda:${action}`, arn(realm, "lambda", `event-source-mapping:${UUID}`), {
      "lambda:FunctionArn": mappedFunctionArn(UUID),
    });
const onNothing =
  (action: string): ActionMapping =>
  () =>
    on(`lambda:${action}`, "*");

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const lambdaActions: ActionMappings = {
  DeleteFunctionConcurrency: onFunction("DeleteFunctionConcurrency"),
  GetAccountSettings: onNothing("GetAccountSettings"),
  GetEventSourceMapping: onMapping("GetEventSourceMapping"),
  GetFunction: onFunction("GetFunction"),
  GetFunctionConcurrency: onFunction("GetFunctionConcurrency"),
  GetFunctionConfiguration: onFunction("GetFunctionConfiguration"),
  GetFunctionEventInvokeConfig: onFunction("GetFunctionEventInvokeConfig"),
  GetPolicy: onFunction("GetPolicy"),
  Invoke: onFunction("InvokeFunction"),
  ListEventSourceMappings: onNothing("ListEventSourceMappings"),
  ListFunctions: onNothing("ListFunctions"),
  PutFunctionConcurrency: onFunction("PutFunctionConcurrency"),
  UpdateEventSourceMapping: onMapping("UpdateEventSourceMapping"),
};
