import type { IncomingMessage, ServerResponse } from "node:http";
import { isFromWorkload } from "../gateway/workload-connection.ts";
import { readBody } from "../wire/body.ts";
import { splitTarget } from "../wire/target.ts";
import type { Faults } from "./faults.ts";
import { parseScenario, ScenarioError } from "./scenario.ts";

/** Under the endpoint. */
export const FAULTS_PATH = "/_longshore/faults";

/**
 * `GET` lists armed faults and injections, `POST` arms a scenario, `DELETE` disarms all faults or, with an id after
 * the path, one. Answers this machine alone, and no web page: JSON must be asked for by name, which browsers do
 * across origins only where they are told that they may.
 * @returns false for any other path
 */
export function answerFaults(faults: Faults, request: IncomingMessage, response: ServerResponse): boolean {
  const { path } = splitTarget(request.url);
  if (path !== FAULTS_PATH && !path.startsWith(`${FAULTS_PATH}/`)) return false;
  void answer(faults, request, path.slice(FAULTS_PATH.length + 1))
    .catch((error: unknown) => {
      if (error instanceof ScenarioError) return { status: 400, body: { message: error.message } };
      return { status: 500, body: { message: String(error) } };
    })
    .then(({ status, body }) => {
      const text = body === undefined ? undefined : `${JSON.stringify(body)}\n`;
      response.writeHead(status, {
        ...(text !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        }),
        // What is left of a refused body is not read.
        ...(request.complete ? {} : { connection: "close" }),
      });
      response.end(text);
    });
  return true;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

async function answer(faults: Faults, request: IncomingMessage, encodedId: string): Promise<Answer> {
  const { socket, headers } = request;
  if (!isLoopback(socket.remoteAddress) || headers.origin !== undefined || isFromWorkload(socket)) {
    return problem(403, "Faults are armed from this machine alone, and not by web pages, tasks or functions");
  }
  const id = decoded(encodedId);
  if (id === undefined) return problem(400, `"${encodedId}" is no percent-encoded UTF-8`);
  switch (request.method) {
    case "GET":
      if (id !== "") return problem(405, `GET ${FAULTS_PATH} lists all faults`);
      return { status: 200, body: { faults: faults.armed(), injections: faults.injections() } };
    case "POST": {
      if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
        return problem(415, "A scenario is sent as application/json");
      }
      const scenario = parseScenario(parseJson(await readBody(request)), `POST ${FAULTS_PATH}`);
      return { status: 201, body: { faults: faults.arm(scenario) } };
    }
    case "DELETE":
      if (!faults.disarm(id === "" ? undefined : id)) return problem(404, `No fault ${id} is armed`);
      return { status: 204 };
    default:
      return problem(405, `${FAULTS_PATH} takes GET, POST and DELETE`);
  }
}

function problem(status: number, message: string): Answer {
  return { status, body: { message } };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new ScenarioError(`POST ${FAULTS_PATH}`, "the body is not JSON", cause);
  }
}

function isLoopback(address: string | undefined): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(address ?? "");
}
