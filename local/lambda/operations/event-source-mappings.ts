import { z } from "zod";
import { arn } from "../../wire/realm.ts";
import type { EventSourceMapping } from "../event-source-mappings.ts";
import type { LambdaState } from "../lambda-state.ts";
import { nameOf, rest } from "./rest-operation.ts";

const PAGE_SIZE = 100;

export const listEventSourceMappings = rest(
  { method: "GET", path: "/2015-03-31/event-source-mappings" },
  z.strictObject({
    EventSourceArn: z.string().optional(),
    FunctionName: z.string().optional(),
    Marker: z.string().optional(),
    MaxItems: z.coerce.number().int().min(1).max(10000).default(PAGE_SIZE),
  }),
  (state, input) => {
    const functionName =
      input.FunctionName === undefined ? undefined : nameOf(state, { FunctionName: input.FunctionName });
    const found = state.mappings
      .list()
      .filter(({ config }) => functionName === undefined || config.functionName === functionName)
      .filter(({ config }) => !input.EventSourceArn || config.queueArn === input.EventSourceArn)
      .sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    const { Marker: marker } = input;
    const rest = found.filter(({ uuid }) => marker === undefined || uuid > marker);
    const page = rest.slice(0, Math.min(input.MaxItems, PAGE_SIZE));
    return {
      EventSourceMappings: page.map((mapping) => view(state, mapping)),
      ...(rest.length > page.length && { NextMarker: page.at(-1)?.uuid }),
    };
  },
);

export const getEventSourceMapping = rest(
  { method: "GET", path: "/2015-03-31/event-source-mappings/{UUID}" },
  z.strictObject({ UUID: z.string() }),
  (state, input) => view(state, state.mappings.get(input.UUID)),
);

export const updateEventSourceMapping = rest(
  { method: "PUT", path: "/2015-03-31/event-source-mappings/{UUID}", status: 202 },
  z.strictObject({
    UUID: z.string(),
    Enabled: z.boolean().optional(),
    BatchSize: z.int().min(1).max(10000).optional(),
    MaximumBatchingWindowInSeconds: z.int().min(0).max(300).optional(),
    FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).optional(),
    ScalingConfig: z.strictObject({ MaximumConcurrency: z.int().min(2).max(1000) }).optional(),
  }),
  (state, input) => {
    const { ScalingConfig: scaling, FunctionResponseTypes: types } = input;
    const updated = state.mappings.update(input.UUID, {
      ...(input.Enabled !== undefined && { isEnabled: input.Enabled }),
      ...(input.BatchSize !== undefined && { batchSize: input.BatchSize }),
      ...(input.MaximumBatchingWindowInSeconds !== undefined && {
        batchingWindow: input.MaximumBatchingWindowInSeconds,
      }),
      ...(types && { reportBatchItemFailures: types.length > 0 }),
      ...(scaling && { maximumConcurrency: scaling.MaximumConcurrency }),
    });
    return view(state, updated);
  },
);

function view(state: LambdaState, mapping: EventSourceMapping): Record<string, unknown> {
  const { uuid, config } = mapping;
  return {
    UUID: uuid,
    EventSourceMappingArn: arn(state.options.realm, "lambda", `event-source-mapping:${uuid}`),
    EventSourceArn: config.queueArn,
    FunctionArn: state.functions.arn(config.functionName),
    BatchSize: config.batchSize,
    MaximumBatchingWindowInSeconds: config.batchingWindow,
    State: config.isEnabled ? "Enabled" : "Disabled",
    StateTransitionReason: "USER_INITIATED",
    LastModified: mapping.lastModified / 1000,
    LastProcessingResult: mapping.lastProcessingResult,
    FunctionResponseTypes: config.reportBatchItemFailures ? ["ReportBatchItemFailures"] : [],
    ...(config.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: config.maximumConcurrency },
    }),
    ...(config.filterPatterns.length > 0 && {
      FilterCriteria: { Filters: config.filterPatterns.map((Pattern) => ({ Pattern })) },
    }),
  };
}
