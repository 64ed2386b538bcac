import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { LoadBalancers } from "../elbv2/create-load-balancers.ts";

/** Load balancers live for one run: nothing of them is kept, so that there is nothing to remove. */
const remove = async () => {};

/**
 * `AWS::ElasticLoadBalancingV2::*`. Listeners get ports of this machine: the first one `firstPort`, the others
 * any free one.
 */
export function loadBalancerPlayers(
  loadBalancers: LoadBalancers,
  address: { readonly host: string; readonly firstPort: number },
): Record<string, ResourcePlayer> {
  let nextPort = address.firstPort;
  const named = (
    create: (properties: unknown, name?: string) => ReturnType<LoadBalancers["createRule"]>,
  ) => ({
    play: async (resource: Parameters<ResourcePlayer["play"]>[0]) =>
      create(resource.properties, resource.physicalName()),
    remove,
  });
  return {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
      async play(resource) {
        const created = loadBalancers.createLoadBalancer(resource.properties, resource.physicalName());
        // A URL that the template makes of it would lack the port that stands in for the listener's.
        const DNSName = `${address.host}:${address.firstPort}`;
        return { ...created, attributes: { ...created.attributes, DNSName } };
      },
      remove,
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": named(loadBalancers.createTargetGroup),
    "AWS::ElasticLoadBalancingV2::Listener": {
      async play(resource) {
        const port = nextPort;
        nextPort = 0;
        return loadBalancers.createListener(resource.properties, { host: address.host, port });
      },
      remove,
    },
    "AWS::ElasticLoadBalancingV2::ListenerRule": {
      play: async (resource) => loadBalancers.createRule(resource.properties),
      remove,
    },
  };
}
