import { appendFileSync, writeFileSync } from "node:fs";
import type { DecisionRecord } from "./authorizer.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { Roles } from "./roles.ts";

/** The variable that names the file. */
export const RECORD_VARIABLE = "LONGSHORE_IAM_RECORD";

/** A line of the file: what roles are granted, once a run, then every distinct decision. */
export type RecordLine =
  | {
      readonly kind: "role";
      readonly role: string;
      readonly policies: readonly { readonly name: string; readonly document: PolicyDocument }[];
    }
  | ({ readonly kind: "decision" } & DecisionRecord);

/** Writes decisions down as JSON lines, for `npm run iam-report`. */
export interface DecisionFile {
  /** Call when the template has been played. */
  grants(roles: Roles): void;
  record(decision: DecisionRecord): void;
}

/** Past this many, keys of objects above all, nothing new is to be learned. */
const MAX_DISTINCT = 50_000;

/** Several runs may write to one file, one after another. */
export function openDecisionFile(path: string): DecisionFile {
  writeFileSync(path, "", { flag: "a" });
  const written = new Set<string>();
  const append = (line: RecordLine) => {
    const text = JSON.stringify(line);
    if (written.has(text) || written.size >= MAX_DISTINCT) return;
    written.add(text);
    appendFileSync(path, `${text}\n`);
  };
  return {
    grants(roles) {
      for (const { name, arn } of roles.all()) {
        append({ kind: "role", role: name, policies: roles.policiesOf(arn) });
      }
    },
    record: (decision) => append({ kind: "decision", ...decision }),
  };
}
