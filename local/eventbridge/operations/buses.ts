import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import {
  busArn,
  busName,
  DEFAULT_BUS,
  type EventBridgeContext,
  invalid,
  notFound,
  requireBus,
} from "../context.ts";
import { page, pagingMembers } from "../paging.ts";
import type { BusRow } from "../store/bus-store.ts";
import { tagList } from "./tags.ts";

const define = operation<EventBridgeContext>();

const createEventBusInput = z.strictObject({
  Name: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[.\-_A-Za-z0-9]+$/),
  Description: z.string().max(512).optional(),
  Tags: tagList.optional(),
});

export type CreateEventBusInput = z.input<typeof createEventBusInput>;

export const CreateEventBus = define(createEventBusInput, (context, input) => {
  const now = context.clock.now() / 1000;
  const bus = {
    name: input.Name,
    arn: busArn(context.realm, input.Name),
    description: input.Description ?? null,
    created: now,
    modified: now,
  };
  if (!context.buses.insert(bus)) {
    throw new AwsError("ResourceAlreadyExistsException", `Event bus ${input.Name} already exists.`);
  }
  context.tags.put(bus.arn, input.Tags ?? []);
  return { EventBusArn: bus.arn, ...(bus.description === null ? {} : { Description: bus.description }) };
});

export const DeleteEventBus = define(z.strictObject({ Name: z.string().min(1) }), (context, input) => {
  const name = busName(input.Name);
  if (name === DEFAULT_BUS) throw invalid(`Cannot delete event bus ${name}.`);
  const bus = context.buses.find(name);
  if (bus === undefined) throw notFound(`Event bus ${name} does not exist.`);
  if (context.rules.listByBus(name).length > 0) {
    throw invalid(`Cannot delete event bus ${name} since it has rules.`);
  }
  context.buses.remove(name);
  context.tags.removeAll(bus.arn);
  return {};
});

export const DescribeEventBus = define(
  z.strictObject({ Name: z.string().min(1).optional() }),
  (context, input) => shown(requireBus(context, input.Name)),
);

export const ListEventBuses = define(
  z.strictObject({ NamePrefix: z.string().optional(), ...pagingMembers }),
  (context, input) => {
    const buses = context.buses.list().filter((bus) => bus.name.startsWith(input.NamePrefix ?? ""));
    const { items, ...next } = page(buses, (bus) => bus.name, input);
    return { EventBuses: items.map(shown), ...next };
  },
);

function shown(bus: BusRow) {
  return {
    Name: bus.name,
    Arn: bus.arn,
    ...(bus.description === null ? {} : { Description: bus.description }),
    CreationTime: bus.created,
    LastModifiedTime: bus.modified,
  };
}
