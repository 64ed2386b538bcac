import { queryService } from "../wire/query-service.ts";
import type { GatewayService } from "../wire/service.ts";
import type { AutoScalingGroups } from "./groups.ts";
import { operations } from "./operations.ts";

/** The API, for requests that are signed for `autoscaling`. */
export function autoScalingGroupsService(groups: AutoScalingGroups): GatewayService {
  return queryService({
    signingNames: ["autoscaling"],
    xmlNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
    service: groups,
    operations,
  });
}
