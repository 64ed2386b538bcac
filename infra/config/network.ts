import { z } from "zod";
import type { Rule } from "./rules.ts";
import { several, whole } from "./values.ts";

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `is an id such as ${prefix}-0a1b2c3d`);

/** How tasks reach AWS, and in whose network. */
export const networkSettings = {
  network: z
    .enum(["public", "nat", "endpoints"])
    .default("public")
    .describe(
      "How tasks reach AWS: from `public` subnets with addresses of their own that nothing can reach, from private ones " +
        "through `nat` gateways, or over VPC `endpoints` alone, without any way to the internet.",
    ),
  natGateways: whole(1, 2)
    .optional()
    .describe(
      "NAT gateways, with `network` nat; by default one for each of the two zones. With 1, a zone that fails takes the other's way out with it.",
    ),
  vpcId: id("vpc")
    .optional()
    .describe(
      "A VPC that is there already, instead of a new one. It keeps its routes, gateways, endpoints and flow logs: `network` says what its subnets offer.",
    ),
  vpcCidr: z.cidrv4().optional().describe("Address range of `vpcId`: who may reach the console by default."),
  availabilityZones: several(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "is a zone such as eu-west-1a"))
    .optional()
    .describe("Zones of `subnetIds`, in the same order."),
  subnetIds: several(id("subnet"))
    .optional()
    .describe("Subnets of `vpcId` that tasks run in, one for each zone."),
  loadBalancerSubnetIds: several(id("subnet"))
    .optional()
    .describe(
      "Subnets of `vpcId` for the console's load balancer, one for each zone; by default those of the tasks.",
    ),
};

const OF_EXISTING_VPC = ["vpcCidr", "availabilityZones", "subnetIds"] as const;

export const networkRules: readonly Rule[] = [
  (config) =>
    OF_EXISTING_VPC.filter((name) => (config.vpcId === undefined) !== (config[name] === undefined)).map(
      (name) =>
        config.vpcId === undefined
          ? `${name}: describes a VPC that is there already, and vpcId names none`
          : `vpcId: needs ${name} beside it, so that synthesis looks nothing up in an account`,
    ),
  ({ vpcId, loadBalancerSubnetIds }) =>
    vpcId === undefined && loadBalancerSubnetIds !== undefined
      ? ["loadBalancerSubnetIds: describes a VPC that is there already, and vpcId names none"]
      : [],
  ({ availabilityZones: zones, ...config }) =>
    (["subnetIds", "loadBalancerSubnetIds"] as const).flatMap((name) => {
      const subnets = config[name];
      if (!zones || !subnets || subnets.length === zones.length) return [];
      return [
        `${name}: has ${subnets.length}, availabilityZones has ${zones.length}; it is one for each zone`,
      ];
    }),
  ({ availabilityZones: zones, loadBalancer }) =>
    zones && zones.length < 2 && loadBalancer === "alb"
      ? ["availabilityZones: has 1 zone, and loadBalancer alb needs two; nlb and none do with one"]
      : [],
  ({ vpcId, network, compute }) =>
    vpcId !== undefined && network === "public" && compute !== "fargate"
      ? [
          `compute: is ${compute}, and network public of an existing vpcId has no way out for tasks on instances, which get no public addresses; network nat or endpoints has one`,
        ]
      : [],
  ({ natGateways, network, vpcId }) =>
    natGateways !== undefined && (network !== "nat" || vpcId !== undefined)
      ? [
          vpcId === undefined
            ? `natGateways: counts those of network nat, and network is ${network}`
            : "natGateways: counts those of a new VPC, and vpcId names one that has its own",
        ]
      : [],
];
