import { basename, dirname, join } from "node:path";
import { expect } from "vitest";
import { RECORD_VARIABLE } from "../../../local/iam/decision-file.ts";

/**
 * Where `npm run iam-report` asks for a record, each test file has one of its own, so that the report can tell which
 * files it rests on.
 */
const record = process.env[RECORD_VARIABLE];
const { testPath } = expect.getState();
if (record && testPath) {
  process.env[RECORD_VARIABLE] = join(dirname(record), `${basename(testPath, ".test.ts")}.jsonl`);
}
