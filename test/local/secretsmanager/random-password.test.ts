import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateSecretString } from "../../../local/secretsmanager/generate-secret-string.ts";
import { randomPassword } from "../../../local/secretsmanager/random-password.ts";

const types = {
  ExcludeLowercase: /[a-z]/,
  ExcludeUppercase: /[A-Z]/,
  ExcludeNumbers: /[0-9]/,
  ExcludePunctuation: /[!-/:-@[-`{-~]/,
} as const;

describe("a random password", () => {
  it("has 32 characters with one of each type but no space, unless told otherwise", () => {
    const password = randomPassword({});
    expect(password).toMatch(/^[!-~]{32}$/);
    for (const characters of Object.values(types)) expect(password).toMatch(characters);
  });

  it("keeps to every combination of options", () => {
    const options = fc.record({
      PasswordLength: fc.integer({ min: 8, max: 60 }),
      ExcludeLowercase: fc.boolean(),
      ExcludeUppercase: fc.boolean(),
      ExcludeNumbers: fc.boolean(),
      ExcludePunctuation: fc.boolean(),
      IncludeSpace: fc.constant(true),
      ExcludeCharacters: fc.constantFrom("", "aeiou", "0O1l", '@/"\\'),
    });
    fc.assert(
      fc.property(options, (asked) => {
        const password = randomPassword(asked);
        expect(password).toHaveLength(asked.PasswordLength);
        expect(password).toContain(" ");
        for (const character of asked.ExcludeCharacters) expect(password).not.toContain(character);
        for (const [option, characters] of Object.entries(types)) {
          expect(characters.test(password)).toBe(!asked[option as keyof typeof types]);
        }
      }),
    );
  });

  it("need not have each type when it need not", () => {
    expect(randomPassword({ PasswordLength: 1, RequireEachIncludedType: false })).toHaveLength(1);
    expect(() => randomPassword({ PasswordLength: 3 })).toThrow("too short");
  });

  it("refuses options that leave no characters", () => {
    const nothing = {
      ExcludeLowercase: true,
      ExcludeUppercase: true,
      ExcludePunctuation: true,
      ExcludeCharacters: "0123456789",
    };
    expect(() => randomPassword(nothing)).toThrow("exclude every character");
  });
});

describe("a generated secret string", () => {
  it("puts the password into the template under the key", () => {
    const text = generateSecretString({
      SecretStringTemplate: '{"user":"ann"}',
      GenerateStringKey: "password",
      PasswordLength: 12,
      ExcludePunctuation: true,
    });
    expect(JSON.parse(text)).toEqual({ user: "ann", password: expect.stringMatching(/^[A-Za-z0-9]{12}$/) });
  });

  it.each([
    [{ SecretStringTemplate: "{}" }, "together"],
    [{ GenerateStringKey: "a" }, "together"],
    [{ SecretStringTemplate: "no", GenerateStringKey: "a" }, "not JSON"],
    [{ SecretStringTemplate: "[]", GenerateStringKey: "a" }, "not a JSON object"],
  ])("refuses %j", (options, message) => {
    expect(() => generateSecretString(options)).toThrow(message);
  });
});
