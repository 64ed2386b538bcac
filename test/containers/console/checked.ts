import { CONTRACT } from "../../../containers/console/api/contract.ts";

/** What an answer breaks of the contract that the console serves. */
export class ContractError extends Error {
  override readonly name = "ContractError";
}

/** Checks an answer of the API against its route's schemas: its status, its content type, every member of its body. */
export async function checkAnswer(method: string, url: string, answer: Response): Promise<void> {
  const { pathname } = new URL(url);
  const route = CONTRACT.find(
    (candidate) =>
      candidate.method === method.toLowerCase() &&
      new RegExp(`^${candidate.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
  );
  if (!route) return;
  const where = `${method} ${pathname} ${answer.status}`;
  const documented = route.responses[String(answer.status)] as
    | { content?: Record<string, { schema?: unknown }> }
    | undefined;
  if (!documented) throw new ContractError(`${where}: this status is not in the contract`);
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  if (!documented.content) {
    if (type !== "") throw new ContractError(`${where}: has a body, which the contract does not know`);
    return;
  }
  const schema = documented.content[type]?.schema;
  if (schema === undefined) throw new ContractError(`${where}: content type ${type} is not in the contract`);
  if (type === "text/event-stream") return;
  const { success, error } = (
    schema as { safeParse(value: unknown): { success: boolean; error?: Error } }
  ).safeParse(await answer.clone().json());
  if (!success) throw new ContractError(`${where}: ${error?.message}`);
}
