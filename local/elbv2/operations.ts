import { z } from "zod";
import { AwsError } from "../wire/aws-error.ts";
import { type Operation, operation } from "../wire/operation.ts";
import type { Realm } from "../wire/realm.ts";
import {
  describeListener,
  describeLoadBalancer,
  describeRule,
  describeTarget,
  describeTargetGroup,
} from "./describe.ts";
import { find, type Registry } from "./registry.ts";

/** What the operations answer from. */
export interface ElbService {
  readonly realm: Realm;
  readonly registry: Registry;
}

const define = operation<ElbService>();
const texts = z.array(z.string());
const paging = {
  Marker: z.string().optional(),
  PageSize: z.coerce.number().int().min(1).max(400).optional(),
};

/** The operations of the API that are played: those that look. The template alone makes and changes. */
export const operations: Readonly<Record<string, Operation<ElbService>>> = {
  DescribeLoadBalancers: define(
    z.strictObject({ LoadBalancerArns: texts.optional(), Names: texts.optional(), ...paging }),
    ({ realm, registry }, input) => {
      const all = [...registry.loadBalancers.values()];
      const chosen = input.LoadBalancerArns
        ? input.LoadBalancerArns.map((arn) => find(registry.loadBalancers, "LoadBalancer", arn))
        : byName(all, input.Names, ({ name }) => name, "LoadBalancer");
      const { page, NextMarker } = paged(chosen, input);
      return { LoadBalancers: page.map((each) => describeLoadBalancer(realm, each)), NextMarker };
    },
  ),
  DescribeTargetGroups: define(
    z.strictObject({
      LoadBalancerArn: z.string().optional(),
      TargetGroupArns: texts.optional(),
      Names: texts.optional(),
      ...paging,
    }),
    ({ registry }, input) => {
      const { LoadBalancerArn } = input;
      if (LoadBalancerArn !== undefined) find(registry.loadBalancers, "LoadBalancer", LoadBalancerArn);
      const all = [...registry.targetGroups.values()].filter(
        (group) => LoadBalancerArn === undefined || group.loadBalancerArns.includes(LoadBalancerArn),
      );
      const chosen = input.TargetGroupArns
        ? input.TargetGroupArns.map((arn) => find(registry.targetGroups, "TargetGroup", arn))
        : byName(all, input.Names, ({ identity }) => identity.name, "TargetGroup");
      const { page, NextMarker } = paged(chosen, input);
      return { TargetGroups: page.map(describeTargetGroup), NextMarker };
    },
  ),
  DescribeListeners: define(
    z.strictObject({ LoadBalancerArn: z.string().optional(), ListenerArns: texts.optional(), ...paging }),
    ({ registry }, input) => {
      const { LoadBalancerArn, ListenerArns } = input;
      if (LoadBalancerArn !== undefined) find(registry.loadBalancers, "LoadBalancer", LoadBalancerArn);
      if (LoadBalancerArn === undefined && ListenerArns === undefined) {
        throw new AwsError("ValidationError", "You must specify either listener ARNs or a load balancer ARN");
      }
      const chosen = ListenerArns
        ? ListenerArns.map((arn) => find(registry.listeners, "Listener", arn))
        : [...registry.listeners.values()].filter(
            ({ properties }) => properties.LoadBalancerArn === LoadBalancerArn,
          );
      const { page, NextMarker } = paged(chosen, input);
      return { Listeners: page.map(describeListener), NextMarker };
    },
  ),
  DescribeRules: define(
    z.strictObject({ ListenerArn: z.string().optional(), RuleArns: texts.optional(), ...paging }),
    ({ registry }, input) => {
      const rules = input.ListenerArn
        ? find(registry.listeners, "Listener", input.ListenerArn).rules
        : [...registry.listeners.values()].flatMap((listener) => listener.rules);
      const missing = input.RuleArns?.find((arn) => !rules.some((rule) => rule.arn === arn));
      if (missing) throw new AwsError("RuleNotFound", `Rule '${missing}' not found`);
      const chosen = rules.filter(({ arn }) => input.RuleArns?.includes(arn) ?? true);
      const { page, NextMarker } = paged(chosen, input);
      return { Rules: page.map(describeRule), NextMarker };
    },
  ),
  DescribeTargetHealth: define(
    z.strictObject({
      TargetGroupArn: z.string(),
      Targets: z.array(z.strictObject({ Id: z.string(), Port: z.coerce.number().optional() })).optional(),
    }),
    ({ registry }, input) => {
      const { targets } = find(registry.targetGroups, "TargetGroup", input.TargetGroupArn);
      const wanted = (host: string, port: number) =>
        input.Targets?.some(({ Id, Port }) => Id === host && (Port === undefined || Port === port)) ?? true;
      return {
        TargetHealthDescriptions: targets
          .filter(({ address }) => wanted(address.host, address.port))
          .map(describeTarget),
      };
    },
  ),
};

function byName<Item>(
  items: readonly Item[],
  names: readonly string[] | undefined,
  nameOf: (item: Item) => string,
  kind: string,
): readonly Item[] {
  const missing = names?.find((name) => !items.some((item) => nameOf(item) === name));
  if (missing !== undefined) throw new AwsError(`${kind}NotFound`, `${kind} '${missing}' not found`);
  return items.filter((item) => names?.includes(nameOf(item)) ?? true);
}

/** The marker is the place of the next page's first item. */
function paged<Item>(
  items: readonly Item[],
  { Marker = "0", PageSize = 400 }: { Marker?: string | undefined; PageSize?: number | undefined },
): { page: Item[]; NextMarker: string | undefined } {
  if (!/^\d+$/.test(Marker)) throw new AwsError("ValidationError", `Marker '${Marker}' is not valid`);
  const end = Number(Marker) + PageSize;
  return { page: items.slice(Number(Marker), end), NextMarker: end < items.length ? String(end) : undefined };
}
