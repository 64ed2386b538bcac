import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { SecretsManager } from "../secretsmanager/create-secrets-manager.ts";
import { flag, number, readProperties, tagList, tagsOf } from "./properties.ts";

const generateSecretString = z.strictObject({
  PasswordLength: number.pipe(z.int().min(1).max(4_096)).optional(),
  ExcludeCharacters: z.string().optional(),
  ExcludeLowercase: flag.optional(),
  ExcludeNumbers: flag.optional(),
  ExcludePunctuation: flag.optional(),
  ExcludeUppercase: flag.optional(),
  IncludeSpace: flag.optional(),
  RequireEachIncludedType: flag.optional(),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

const secretProperties = z
  .strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    SecretString: z.string().optional(),
    GenerateSecretString: generateSecretString.optional(),
    Tags: tagList.optional(),
  })
  .refine(
    ({ SecretString, GenerateSecretString }) =>
      SecretString === undefined || GenerateSecretString === undefined,
    { path: ["GenerateSecretString"], error: "cannot be given together with SecretString" },
  );

/** `AWS::SecretsManager::Secret`; without SecretString or GenerateSecretString it has no value. */
export function secretPlayer(secrets: SecretsManager): ResourcePlayer {
  return {
    async play(resource) {
      const properties = readProperties(resource, secretProperties);
      const { SecretString, GenerateSecretString } = properties;
      const { arn } = secrets.ensureSecret(properties.Name ?? resource.physicalName(), {
        description: properties.Description,
        tags: tagsOf(properties.Tags),
        secretString: SecretString,
        generateSecretString: GenerateSecretString,
      });
      return { ref: arn, attributes: { Id: arn } };
    },
    async remove({ ref }) {
      secrets.delete(ref);
    },
  };
}
