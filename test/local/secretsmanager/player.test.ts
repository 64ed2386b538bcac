import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretPlayer } from "../../../local/players/secretsmanager.ts";
import {
  createSecretsManager,
  type SecretsManager,
} from "../../../local/secretsmanager/create-secrets-manager.ts";
import { resourceToPlay } from "../logs/resource-to-play.ts";
import { type RunningService, startJsonService } from "./start-json-service.ts";

let running: RunningService<SecretsManager>;
beforeEach(async () => {
  running = await startJsonService("secretsmanager", createSecretsManager);
});
afterEach(() => running.stop());

const resource = (properties: object) => resourceToPlay("AWS::SecretsManager::Secret", properties);

describe("a template's secret", () => {
  it("is generated as the template says, numbers and booleans as text too, and removed", async () => {
    const player = secretPlayer(running.local);
    const GenerateSecretString = { PasswordLength: "16", ExcludePunctuation: "true" };
    const played = resource({ Description: "for the app", GenerateSecretString });
    const values = await player.play(played);
    expect(values.ref).toMatch(/:secret:Stack-Thing-1-[A-Za-z0-9]{6}$/);
    expect(values.attributes).toEqual({ Id: values.ref });
    expect(running.local.value(values.ref)).toMatch(/^[A-Za-z0-9]{16}$/);
    await player.remove({ ...played, ...values });
    expect(running.local.value(values.ref)).toBeUndefined();
  });

  it.each([
    ["a KMS key", { KmsKeyId: "k" }, "NotImplemented"],
    ["an option of no effect", { GenerateSecretString: { Length: 3 } }, "NotImplemented"],
    ["two values", { SecretString: "x", GenerateSecretString: {} }, "ZodError"],
  ])("is refused with %s", async (_what, properties, name) => {
    await expect(secretPlayer(running.local).play(resource(properties))).rejects.toMatchObject({ name });
  });
});
