import { z } from "zod";
import { fileAssetAt } from "../assembly/cloud-assembly.ts";
import { PropertyError } from "../cloudformation/errors.ts";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { Lambda } from "../lambda/create-lambda.ts";
import {
  eventInvokeConfigFromTemplate,
  eventSourceMappingFromTemplate,
  functionFromTemplate,
  permissionFromTemplate,
} from "../lambda/from-template.ts";
import { arn } from "../wire/realm.ts";

/** Functions and what belongs to them live for one run, so that there is nothing to remove. */
const remove = async () => {};

const codeLocation = z.looseObject({ Code: z.looseObject({ S3Bucket: z.string(), S3Key: z.string() }) });

/** `AWS::Lambda::Function`, from the folder of its bundled asset. */
export function functionPlayer(lambda: Lambda): ResourcePlayer {
  return {
    async play(resource) {
      const { Code } = codeLocation.parse(resource.properties);
      const asset = fileAssetAt(resource.context.assembly, Code.S3Bucket, Code.S3Key);
      if (asset.kind !== "folder") {
        throw new PropertyError("Code", `${asset.path} is a file; functions run from a folder asset`);
      }
      const config = functionFromTemplate({
        logicalId: resource.logicalId,
        properties: resource.properties,
        codeDirectory: asset.path,
        generatedName: resource.physicalName(),
      });
      return { ref: config.functionName, attributes: { Arn: lambda.createFunction(config) } };
    },
    remove,
  };
}

/** `AWS::Lambda::EventInvokeConfig`. */
export function eventInvokeConfigPlayer(lambda: Lambda): ResourcePlayer {
  return {
    async play(resource) {
      lambda.configureAsync(eventInvokeConfigFromTemplate(resource));
      return { ref: resource.physicalName(), attributes: {} };
    },
    remove,
  };
}

/** `AWS::Lambda::EventSourceMapping`. */
export function eventSourceMappingPlayer(lambda: Lambda): ResourcePlayer {
  return {
    async play(resource) {
      const id = lambda.createEventSourceMapping(eventSourceMappingFromTemplate(resource));
      const mappingArn = arn(resource.context.realm, "lambda", `event-source-mapping:${id}`);
      return { ref: id, attributes: { Id: id, EventSourceMappingArn: mappingArn } };
    },
    remove,
  };
}

/** `AWS::Lambda::Permission`. */
export function permissionPlayer(lambda: Lambda): ResourcePlayer {
  return {
    async play(resource) {
      lambda.addPermission(permissionFromTemplate(resource));
      return { ref: resource.physicalName(), attributes: {} };
    },
    remove,
  };
}
