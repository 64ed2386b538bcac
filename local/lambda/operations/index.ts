import type { RestOperation } from "../../wire/rest-json-service.ts";
import type { LambdaState } from "../lambda-state.ts";
import {
  deleteFunctionConcurrency,
  getAccountSettings,
  getFunctionConcurrency,
  putFunctionConcurrency,
} from "./concurrency.ts";
import { getFunctionEventInvokeConfig } from "./event-invoke-config.ts";
import {
  getEventSourceMapping,
  listEventSourceMappings,
  updateEventSourceMapping,
} from "./event-source-mappings.ts";
import { getFunction, getFunctionConfiguration, listFunctions } from "./functions.ts";
import { invoke } from "./invoke.ts";
import { getPolicy } from "./policy.ts";

/** The operations of Lambda that are played. */
export const operations: Readonly<Record<string, RestOperation<LambdaState>>> = {
  Invoke: invoke,
  ListFunctions: listFunctions,
  GetFunction: getFunction,
  GetFunctionConfiguration: getFunctionConfiguration,
  GetFunctionConcurrency: getFunctionConcurrency,
  PutFunctionConcurrency: putFunctionConcurrency,
  DeleteFunctionConcurrency: deleteFunctionConcurrency,
  GetFunctionEventInvokeConfig: getFunctionEventInvokeConfig,
  GetPolicy: getPolicy,
  GetAccountSettings: getAccountSettings,
  ListEventSourceMappings: listEventSourceMappings,
  GetEventSourceMapping: getEventSourceMapping,
  UpdateEventSourceMapping: updateEventSourceMapping,
};
