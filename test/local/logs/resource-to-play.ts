import type { ResourceToPlay } from "../../../local/cloudformation/resource-player.ts";

/** A resource as the template's player hands it over, its intrinsic functions resolved. */
export function resourceToPlay(type: string, properties: object): ResourceToPlay {
  const realm = { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "" } as const;
  const assembly = { directory: "", version: "", stacks: [], fileAssets: [], dockerImages: [] };
  const stackId = "arn:aws:cloudformation:us-east-1:000000000000:stack/Stack/1";
  return {
    logicalId: "Thing",
    type,
    properties: { ...properties },
    constructPath: undefined,
    physicalName: () => "Stack-Thing-1",
    context: { realm, stackName: "Stack", stackId, assembly },
  };
}
