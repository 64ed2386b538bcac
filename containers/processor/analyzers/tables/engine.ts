import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { AnalysisLimits } from "../../../kit/analyze.ts";
import { literal } from "./sql.ts";

/** What Node.js, the libraries and buffers that DuckDB does not count need beside it: with a CSV of 1.4 GB, 240 MiB. */
const REST_OF_PROCESS_BYTES = 224 * 2 ** 20;
const LEAST_BYTES = 64 * 2 ** 20;
const BETWEEN_LOOKS_MS = 500;

/** One value of a result: what JSON can hold. */
export type Value = null | boolean | number | string | Value[] | { [member: string]: Value };

/** Bytes that DuckDB may use; beyond them it spills to the work folder. */
function engineMemory(limits: Pick<AnalysisLimits, "memoryBytes">): number {
  return Math.max(LEAST_BYTES, Math.floor((limits.memoryBytes - REST_OF_PROCESS_BYTES) * 0.8));
}

let instance: { readonly workFolder: string; readonly created: Promise<DuckDBInstance> } | undefined;

/**
 * A connection to this process's DuckDB, which can read and write below the work folder and nowhere else, loads no
 * extensions, and takes no settings any more.
 */
export async function connect(workFolder: string, limits: AnalysisLimits): Promise<Connection> {
  if (instance?.workFolder !== workFolder) instance = { workFolder, created: create(workFolder, limits) };
  return new Connection(await (await instance.created).connect());
}

/** After an internal error an instance refuses everything: the next analysis makes another. */
export function forgetInstance(): void {
  instance = undefined;
}

async function create(workFolder: string, limits: AnalysisLimits): Promise<DuckDBInstance> {
  const created = await DuckDBInstance.create(":memory:", {
    memory_limit: `${engineMemory(limits)}B`,
    threads: String(limits.threads),
    temp_directory: `${workFolder}/spill`,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    preserve_insertion_order: "true",
  });
  const connection = await created.connect();
  await connection.run(
    `SET allowed_directories = [${literal(`${workFolder}/`)}];
     SET enable_external_access = false;
     SET lock_configuration = true;`,
  );
  connection.closeSync();
  return created;
}

/** A connection for one analysis: its temporary tables go with it. */
export class Connection implements Disposable {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Says what percent of its query is done, now and then, while `work` runs one. */
  async watched<Result>(onPercent: (percent: number) => void, work: () => Promise<Result>): Promise<Result> {
    const timer = setInterval(() => {
      const { percentage } = this.#connection.progress;
      if (percentage > 0) onPercent(Math.min(100, percentage));
    }, BETWEEN_LOOKS_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** All rows, as arrays of JSON values; whole numbers beyond 32 bits come as text. */
  async rows(sql: string): Promise<Value[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRowsJson() as Value[][];
  }

  [Symbol.dispose](): void {
    this.#connection.closeSync();
  }
}
