import { randomInt } from "node:crypto";
import { z } from "zod";
import { invalidParameter } from "./errors.ts";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE = LOWERCASE.toUpperCase();
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/**
 * How a password is made, as GetRandomPassword and a template's GenerateSecretString say it.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
export const passwordOptions = {
  PasswordLength: z.int().min(1).max(4_096).optional(),
  ExcludeCharacters: z.string().max(4_096).optional(),
  ExcludeLowercase: z.boolean().optional(),
  ExcludeNumbers: z.boolean().optional(),
  ExcludePunctuation: z.boolean().optional(),
  ExcludeUppercase: z.boolean().optional(),
  IncludeSpace: z.boolean().optional(),
  RequireEachIncludedType: z.boolean().optional(),
};

const passwordSchema = z.strictObject(passwordOptions);
export type PasswordOptions = z.output<typeof passwordSchema>;

/** @throws AwsError InvalidParameterException when the options leave no characters, or too little room */
export function randomPassword(options: PasswordOptions): string {
  const { PasswordLength: length = 32, RequireEachIncludedType: requireEach = true } = options;
  const types = characterTypes(options);
  const all = types.join("");
  if (all === "") throw invalidParameter("The options exclude every character");
  if (requireEach && types.length > length) {
    throw invalidParameter(`PasswordLength ${length} is too short for one character of each included type`);
  }
  const required = requireEach ? types.map(pick) : [];
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffle([...required, ...rest]).join("");
}

/** The included types' characters; a type that is wholly excluded is left out. */
function characterTypes(options: PasswordOptions): string[] {
  const included = [
    options.ExcludeLowercase ? "" : LOWERCASE,
    options.ExcludeUppercase ? "" : UPPERCASE,
    options.ExcludeNumbers ? "" : NUMBERS,
    options.ExcludePunctuation ? "" : PUNCTUATION,
    options.IncludeSpace ? " " : "",
  ];
  const excluded = new Set(options.ExcludeCharacters ?? "");
  return included
    .map((characters) => [...characters].filter((character) => !excluded.has(character)).join(""))
    .filter((characters) => characters !== "");
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** Fisher and Yates' shuffle. */
function shuffle(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] ?? "", items[last] ?? ""];
  }
  return items;
}
