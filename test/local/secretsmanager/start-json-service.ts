import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Clock, createClock } from "../../../local/clock.ts";
import type { Realm } from "../../../local/wire/realm.ts";
import type { GatewayService } from "../../../local/wire/service.ts";
import { startEndpoint } from "../embedded/serve.ts";

/** What a test may expect of an answer: its status, and the JSON in it. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface RunningService<Service> {
  readonly local: Service;
  /** One operation over the wire. */
  call(operation: string, input?: object): Promise<Answer>;
  /** Ends this run and starts another on the same database. */
  restart(): Service;
  stop(): Promise<void>;
}

type Create<Service> = (options: { realm: Realm; database: DatabaseSync; clock: Clock }) => Service;

/** A service that speaks AWS JSON 1.1, behind a real endpoint and on a database file of its own. */
export async function startJsonService<Service extends { readonly service: GatewayService }>(
  targetPrefix: string,
  create: Create<Service>,
  clock: Clock = createClock(),
): Promise<RunningService<Service>> {
  const directory = mkdtempSync(join(tmpdir(), `${targetPrefix}-`));
  const endpoint = await startEndpoint();
  const open = () => {
    const database = new DatabaseSync(join(directory, "state.db"));
    const local = create({ realm: endpoint.realm, database, clock });
    endpoint.use(local.service);
    return { database, local };
  };
  let running = open();
  return {
    get local() {
      return running.local;
    },
    async call(operation, input = {}) {
      const response = await fetch(endpoint.client.endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `${targetPrefix}.${operation}`,
        },
        body: JSON.stringify(input),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    restart() {
      running.database.close();
      running = open();
      return running.local;
    },
    async stop() {
      await endpoint.stop();
      running.database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
