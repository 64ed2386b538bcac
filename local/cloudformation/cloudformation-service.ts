import { queryService } from "../wire/query-service.ts";
import type { GatewayService } from "../wire/service.ts";
import { type CloudFormation, operations } from "./operations.ts";

/** CloudFormation's API over what was played: it reads, and changes nothing. */
export function cloudFormationService(service: CloudFormation): GatewayService {
  return queryService({
    signingNames: ["cloudformation"],
    xmlNamespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    service,
    operations,
  });
}
