import { argumentList, list, requireLanguageExtensions, show, text, whole } from "./arguments.ts";
import { availabilityZones } from "./availability-zones.ts";
import { cidrBlocks } from "./cidr.ts";
import { TemplateError } from "./errors.ts";
import { isPlaceholder } from "./placeholder.ts";
import type { IntrinsicFunction } from "./scope.ts";

export const select: IntrinsicFunction = (argument, call) => {
  const [indexArgument, itemsArgument] = argumentList(argument, call, 2);
  const index = whole(call.resolve(indexArgument, 0), call, "the index", 0, Number.MAX_SAFE_INTEGER);
  const items = list(call.resolve(itemsArgument, 1), call, "its second argument");
  if (index < items.length) return items[index];
  const [only] = items;
  if (items.length === 1 && isPlaceholder(only)) return only;
  throw new TemplateError(
    `Fn::Select cannot select nonexistent value at index ${index} of ${items.length}: ${show(items)}`,
  );
};

export const length: IntrinsicFunction = (argument, call) => {
  requireLanguageExtensions(call);
  return list(call.resolve(argument), call, "its argument").length;
};

export const getAzs: IntrinsicFunction = (argument, call) => {
  const region = text(call.resolve(argument), call, "the region");
  return availabilityZones(region === "" ? call.scope.region : region);
};

export const cidr: IntrinsicFunction = (argument, call) => {
  const [block, count, bits] = argumentList(argument, call, 3).map((item, at) => call.resolve(item, at));
  const howMany = whole(count, call, "the count", 1, 256);
  if (isPlaceholder(block)) return Array.from({ length: howMany }, () => block);
  return cidrBlocks(
    text(block, call, "the address block"),
    howMany,
    whole(bits, call, "the subnet bits", 1, 128),
  );
};
