/**
 * The embedded services on their own, each as its authors serve it, for comparison with the endpoint in front of
 * them. Prints one JSON line with their URLs, and serves until its standard input closes.
 */

import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { startFauxqs } from "fauxqs";

const [directory = ""] = process.argv.slice(2);
const dynalite = createRequire(import.meta.url)("dynalite") as (options: object) => Server;
const queues = await startFauxqs({ port: 0, logger: false, dataDir: `${directory}/queues` });
const tables = dynalite({ path: `${directory}/tables`, createTableMs: 0 });
await new Promise<void>((resolve) => tables.listen(0, "127.0.0.1", resolve));
const { port } = tables.address() as AddressInfo;
console.log(JSON.stringify({ sqs: `http://127.0.0.1:${queues.port}`, dynamodb: `http://127.0.0.1:${port}` }));
process.stdin.resume().on("end", () => process.exit());
