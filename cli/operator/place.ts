import { UserError } from "../user-error.ts";
import { type Given, text } from "./flags.ts";

/** Where `npm start` listens unless told otherwise. */
export const LOCAL_ENDPOINT = "http://127.0.0.1:4566";

/** What a command talks to. */
export type Place =
  | { readonly kind: "endpoint"; readonly endpoint: string; readonly because: string }
  | { readonly kind: "aws" };

type Environment = Readonly<Record<string, string | undefined>>;

/** Any of these says that the caller means an account. */
const AWS_VARIABLES = [
  "AWS_PROFILE",
  "AWS_ACCESS_KEY_ID",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * Decides what to talk to. A flag or AWS_ENDPOINT_URL says so; else the run on this machine is meant when there is one
 * and nothing points to an account, and AWS when there is none. Where both may be meant nothing is guessed.
 * @param isLocalUp whether Longshore runs on this machine, at its usual port
 * @throws UserError
 */
export async function decidePlace(
  given: Given,
  environment: Environment,
  isLocalUp: () => Promise<boolean>,
): Promise<Place> {
  const { local, aws } = given.values;
  const flag = text(given, "endpoint");
  const chosen = [flag !== undefined && "--endpoint", local && "--local", aws && "--aws"].filter(Boolean);
  if (chosen.length > 1)
    throw new UserError(`${chosen.join(" and ")} say different things; give one of them`);
  if (aws) return { kind: "aws" };
  if (local) return at(LOCAL_ENDPOINT, "--local");
  if (flag !== undefined) return at(flag, "--endpoint");
  if (environment.AWS_ENDPOINT_URL) return at(environment.AWS_ENDPOINT_URL, "AWS_ENDPOINT_URL");
  if (!(await isLocalUp())) return { kind: "aws" };
  const variable = AWS_VARIABLES.find((name) => environment[name]);
  if (variable === undefined) return at(LOCAL_ENDPOINT, "it runs on this machine");
  throw new UserError(
    `Longshore runs on this machine (${LOCAL_ENDPOINT}), and ${variable} points to AWS; say which: --local or --aws`,
  );
}

function at(endpoint: string, because: string): Place {
  if (!URL.canParse(endpoint))
    throw new UserError(`${because} is "${endpoint}"; it takes a URL such as ${LOCAL_ENDPOINT}`);
  return { kind: "endpoint", endpoint, because };
}
