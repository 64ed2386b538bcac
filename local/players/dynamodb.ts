import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import { type LocalTables, tableFromTemplate } from "../embedded/tables.ts";

/** `AWS::DynamoDB::Table`. */
export function tablePlayer(tables: LocalTables): ResourcePlayer {
  return {
    async play(resource) {
      const { definition } = tableFromTemplate(resource.properties, resource.physicalName());
      const { name, arn } = await tables.createTable(definition);
      return { ref: name, attributes: { Arn: arn } };
    },
    remove: ({ ref }) => tables.deleteTable(ref),
  };
}
