import { BUSY_EXIT } from "../../events/batch/batch-request.ts";
import { HOUR_RULE, hourAt, hour as hourSchema, lastCompleteHour } from "../../events/batch/hour.ts";
import { operatorCommand, printJson } from "../operator/command.ts";
import { text } from "../operator/flags.ts";
import { UserError } from "../user-error.ts";
import { readReport } from "./read-report.ts";
import { reportText } from "./report-text.ts";
import { runBatchTask } from "./run-batch-task.ts";

/** `longshore batch`: keeps the books of an hour now, and prints its report. */
export const batch = operatorCommand({
  usage: "longshore batch [--hour 2026-11-22T13] [flags]",
  flags: {
    hour: { type: "string", value: "HOUR", help: "this hour in UTC; by default what the schedule would do" },
  },
  check(given) {
    const hour = text(given, "hour");
    if (hour === undefined) return;
    if (!hourSchema.safeParse(hour).success) throw new UserError(`--hour is "${hour}"; ${HOUR_RULE}`);
    if (hour > hourAt(Date.now())) {
      throw new UserError(
        `--hour is "${hour}", which has not begun; it takes an hour up to ${hourAt(Date.now())}`,
      );
    }
    if (given.positionals.length > 0) {
      throw new UserError(`"${given.positionals.join(" ")}": an hour is named with --hour`);
    }
  },
  async run(connection, given) {
    const hour = text(given, "hour");
    const end = await runBatchTask(connection, hour);
    if (end.exitCode === BUSY_EXIT) {
      throw new UserError("Another batch is at work and did not end in ten minutes; try again later");
    }
    if (end.exitCode !== 0) {
      console.error(
        `The batch ended with exit code ${end.exitCode ?? "none"}: ${end.reason} (${end.taskArn})`,
      );
      return 1;
    }
    const shown = hour ?? lastCompleteHour(Date.now());
    const found = await readReport(connection, shown);
    if (!found) throw new UserError(`There is no report of ${shown}: another batch may be at work on it`);
    if (given.values.json === true) printJson(found.report);
    else console.log(reportText(found.report, found.page));
    return 0;
  },
});
