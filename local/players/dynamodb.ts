import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import { type LocalTables, tableFromTemplate } from "../embedded/tables.ts";

/** `AWS::DynamoDB::Table`. */
export function tablePlayer(tables: LocalTables): ResourcePlayer {
  return {
    async play(resource) {
      const definition = tableFromTemplate({ TableName: resource.physicalName(), ...resource.properties });
      const { name, arn } = await tables.createTable(definition);
      return { ref: name, attributes: { Arn: arn } };
    },
    remove: ({ ref }) => tables.deleteTable(ref),
  };
}
