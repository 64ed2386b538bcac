/**
 * Plays an assembly in a process of its own; prints one JSON line when it is ready, serves until standard input closes.
 * A third argument has more of the runtime's options, as JSON.
 */
import { type RuntimeOptions, startRuntime } from "../../local/runtime.ts";

const [assembly = "", state = "", more = "{}"] = process.argv.slice(2);
const runtime = await startRuntime({
  ...(JSON.parse(more) as Partial<RuntimeOptions>),
  assembly,
  state,
  port: 0,
  consolePort: 0,
  log: (line) => console.error(line),
});
console.log(JSON.stringify({ endpoint: runtime.endpoint, outputs: runtime.outputs }));
process.stdin.resume().on("end", () => void runtime.stop().then(() => process.exit()));
