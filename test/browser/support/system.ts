import { z } from "zod";
import { synthesize } from "../../../cli/start/synthesize.ts";
import {
  LongshoreProcess,
  ownFlags,
  PROJECT_ROOT,
  temporaryState,
} from "../../e2e/support/longshore-process.ts";
import { until } from "../../e2e/support/until.ts";

/** A running system as tests of other processes reach it. */
export interface System {
  readonly console: string;
  readonly endpoint: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tokens: { readonly administrator: string; readonly uploader: string };
}

/** Starts the whole local system, without samples. @returns it, and how to stop it */
export async function startSystem(): Promise<System & { stop(): Promise<void> }> {
  // A template that has to be synthesized first may take longer than a start is waited for.
  await synthesize(PROJECT_ROOT);
  const state = temporaryState();
  const longshore = new LongshoreProcess([...ownFlags(state.path), "--no-samples"]);
  const stop = async () => {
    await longshore.stop("SIGINT");
    state.remove();
  };
  try {
    const { endpoint, outputs, consoleUrl } = await longshore.ready();
    const console = new URL(consoleUrl ?? "");
    const tokens = await consoleTokens(endpoint, outputs);
    await answers(console.origin);
    return { console: console.origin, endpoint, outputs, tokens, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As an administrator reads them on AWS: from Secrets Manager, by what the stack puts out. */
async function consoleTokens(endpoint: string, outputs: System["outputs"]): Promise<System["tokens"]> {
  const token = async (SecretId: string | undefined) =>
    secret.parse(await secretsManager(endpoint, "GetSecretValue", { SecretId })).SecretString;
  return {
    administrator: await token(outputs.ConsoleAdministratorTokenArn),
    uploader: await token(outputs.ConsoleUploaderTokenArn),
  };
}

const secret = z.object({ SecretString: z.string() });

/** One call does not make a client worth having. Any signature is the administrator's here, but its date counts. */
async function secretsManager(endpoint: string, operation: string, input: object): Promise<unknown> {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `test/${date.slice(0, 8)}/us-east-1/secretsmanager/aws4_request`;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `secretsmanager.${operation}`,
      "x-amz-date": date,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    },
    body: JSON.stringify(input),
  });
  return answer.json();
}

/** The load balancer answers 503 until a task of the console is healthy. */
function answers(console: string): Promise<unknown> {
  return until("the console answers", async () => (await fetch(`${console}/api/about`)).ok, 60_000, 200);
}
