import type { ArchiveContent } from "../../../../events/results/archives.ts";
import type { AnalysisLimits } from "../../../kit/analyze.ts";
import { JobError } from "../../../kit/job-error.ts";
import type { Checkpoint, FileToAnalyze, Findings } from "../analyzer.ts";
import { budgetFor, MOST_ENTRIES } from "./archive-limits.ts";
import type { PresentedEntry } from "./archive-reader.ts";
import { EntryAnalyses } from "./entry-analyses.ts";
import { singleEntry } from "./single.ts";
import { tarEntries } from "./tar.ts";
import { Totals } from "./totals.ts";
import { zipEntries } from "./zip.ts";

/** Goes through the entries one by one; an attempt that was cut off goes on where it ended. */
export async function describeArchive(
  file: FileToAnalyze,
  limits: AnalysisLimits,
  checkpoint: Checkpoint,
): Promise<Findings<ArchiveContent>> {
  const budget = budgetFor(file, limits);
  const totals = new Totals();
  const analyses = await EntryAnalyses.begin(file, limits, budget, checkpoint);
  let complete = true;
  let problem: string | undefined;
  try {
    for await (const entry of entriesOf(file)) {
      if (totals.entryCount >= MOST_ENTRIES) {
        complete = false;
        break;
      }
      totals.add(entry, await analyses.see(entry));
      checkpoint.progress(Math.min(99, analyses.percent), `entry ${totals.entryCount}`);
    }
  } catch (error) {
    if (!(error instanceof Error) || error instanceof JobError || isDisk(error)) throw error;
    complete = false;
    problem = error.message.replaceAll(file.path, "the file").slice(0, 200);
    if (totals.entryCount === 0) {
      throw new JobError("unreadable", `It cannot be read as ${file.type.label}: ${problem}`, {
        cause: error,
      });
    }
  }
  const { compression } = file.type;
  const counted = totals.finish(file.sizeBytes);
  return {
    facts: { type: file.type.label, entries: counted.entryCount, unpackedBytes: counted.unpackedBytes },
    warnings: [...warningsOf(counted, totals.leadingOut, complete, problem), ...analyses.warnings],
    content: { ...counted, complete, ...(compression && { compression }), entries: [...analyses.entries] },
    work: analyses.work,
  };
}

function entriesOf(file: FileToAnalyze): AsyncGenerator<PresentedEntry> {
  const { path, type } = file;
  if (type.format === "tar") return tarEntries(path, type.compression);
  return type.compression ? singleEntry(file) : zipEntries(path);
}

function warningsOf(
  { entryCount, encrypted, symlinks }: ReturnType<Totals["finish"]>,
  leadingOut: number,
  complete: boolean,
  problem: string | undefined,
): string[] {
  const warnings: string[] = [];
  if (entryCount === 0) warnings.push("The archive is empty");
  if (problem !== undefined) {
    warnings.push(`The archive is damaged or cut off after ${entryCount} entries (${problem})`);
  } else if (!complete) warnings.push(`Of the archive's entries the first ${entryCount} are counted`);
  if (encrypted > 0) warnings.push(`Encrypted entries: ${encrypted}`);
  if (symlinks > 0) warnings.push(`Links, which are not followed: ${symlinks}`);
  if (leadingOut > 0) warnings.push(`Entries named so as to lead out of the archive's folder: ${leadingOut}`);
  return warnings;
}

function isDisk(error: Error): boolean {
  return "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
