import { type ReplayedQueue, replayQueue } from "../../events/replay/replay-queue.ts";
import { replayPlace } from "../../events/replay/service-clients.ts";
import { operatorCommand, printJson } from "../operator/command.ts";
import { text } from "../operator/flags.ts";
import { progressBar } from "../operator/progress-bar.ts";
import { table } from "../table.ts";
import { UserError } from "../user-error.ts";

/** The end of the outputs that name dead-letter queues; infra/dead-letters.ts makes them. */
const OUTPUT = /^(.+)DeadLetterQueueUrl$/;

/** `longshore replay`: puts dead letters back to where they came from, once. */
export const replay = operatorCommand({
  usage: "longshore replay [flags]",
  flags: {
    queue: { type: "string", value: "NAME", help: "only this dead-letter queue" },
    "dry-run": { type: "boolean", help: "only say what would go where" },
  },
  async run(connection, given) {
    const dryRun = given.values["dry-run"] === true;
    const results: [string, ReplayedQueue][] = [];
    for (const [name, url] of chosenQueues(connection.outputs, text(given, "queue"))) {
      const bar = progressBar();
      try {
        const onProgress = (done: number, total: number) =>
          bar.update(done, total, `${name}: ${done} of ${total}`);
        results.push([name, await replayQueue(replayPlace(connection), url, { dryRun, onProgress })]);
      } finally {
        bar.end();
      }
    }
    if (given.values.json === true)
      for (const [queue, result] of results) printJson({ queue, dryRun, ...result });
    else console.log(textOf(results, dryRun));
    return results.some(([, { stays }]) => Object.keys(stays).length > 0) ? 1 : 0;
  },
});

/** Queues by name, as alarms call them. @throws UserError listing the names */
export function chosenQueues(
  outputs: Readonly<Record<string, string>>,
  wanted: string | undefined,
): [name: string, url: string][] {
  const all = Object.entries(outputs).flatMap(([output, url]): [string, string][] => {
    const [, name] = OUTPUT.exec(output) ?? [];
    return name === undefined ? [] : [[name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase(), url]];
  });
  if (wanted === undefined) return all;
  const found = all.filter(([name, url]) => name === wanted || url === wanted);
  if (found.length > 0) return found;
  throw new UserError(
    `There is no dead-letter queue "${wanted}"; there are ${all.map(([name]) => name).join(", ")}`,
  );
}

function textOf(results: readonly [string, ReplayedQueue][], dryRun: boolean): string {
  const rows = results.map(([name, { found, returned, stays }]) => [
    name,
    String(found),
    String(sum(returned)),
    String(sum(stays)),
    Object.keys(returned).map(shortArn).join(", "),
  ]);
  const reasons = results.flatMap(([name, { stays }]) =>
    Object.entries(stays).map(([why, count]) => `${name}: ${count} stay: ${why}`),
  );
  const head = ["Queue", "Dead letters", dryRun ? "Would go back" : "Put back", "Stay", "To"];
  return [table(head, rows), ...(reasons.length > 0 ? ["", ...reasons] : [])].join("\n");
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function shortArn(arn: string): string {
  return arn.split(":").slice(5).join(":");
}
