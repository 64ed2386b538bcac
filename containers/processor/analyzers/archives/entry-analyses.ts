import { unlink } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveEntry } from "../../../../events/results/archives.ts";
import type { AnalysisLimits, CheckpointStore } from "../../../kit/analyze.ts";
import { asJobError, JobError } from "../../../kit/job-error.ts";
import { analyzeContent } from "../../analyze-content.ts";
import type { Budget, Checkpoint, FileToAnalyze } from "../analyzer.ts";
import {
  DEEPEST,
  LARGEST_ENTRY,
  MOST_CONTENT,
  MOST_CONTENT_OF_ENTRY,
  MOST_LISTED,
} from "./archive-limits.ts";
import type { PresentedEntry } from "./archive-reader.ts";
import { unpackEntry } from "./unpack-entry.ts";

/** Work that is done again rather than saved. */
const BETWEEN_SAVES_MS = 200;

/** What an attempt leaves to the next. */
interface Saved {
  readonly entries: readonly ArchiveEntry[];
  readonly budget: Pick<Budget, "bytes" | "entries">;
  readonly warnings: readonly string[];
}

/** An archive's own entries have nothing to save: the archive saves for them. */
const NOTHING_SAVED: CheckpointStore = { load: () => Promise.resolve(undefined), save: () => {} };

/** Looks into the entries of an archive, one after the other, as far as its budget goes. */
export class EntryAnalyses {
  readonly #file: FileToAnalyze;
  readonly #limits: AnalysisLimits;
  readonly #budget: Budget;
  readonly #startingBytes: number;
  readonly #checkpoint: Checkpoint;
  /** By position; those of an earlier attempt are there already. */
  readonly #entries: ArchiveEntry[];
  readonly #warnings: Set<string>;
  #contentCharacters: number;
  #position = 0;
  #analyzed = 0;
  #resumed = 0;
  #savedAt = performance.now();

  private constructor(
    file: FileToAnalyze,
    limits: AnalysisLimits,
    budget: Budget,
    checkpoint: Checkpoint,
    saved: Saved | undefined,
  ) {
    this.#file = file;
    this.#limits = limits;
    this.#budget = budget;
    this.#startingBytes = budget.bytes;
    this.#checkpoint = checkpoint;
    this.#entries = [...(saved?.entries ?? [])];
    this.#warnings = new Set(saved?.warnings);
    this.#contentCharacters = JSON.stringify(this.#entries).length;
    if (saved) Object.assign(budget, saved.budget);
  }

  static async begin(
    file: FileToAnalyze,
    limits: AnalysisLimits,
    budget: Budget,
    checkpoint: Checkpoint,
  ): Promise<EntryAnalyses> {
    const saved = file.nesting ? undefined : ((await checkpoint.load()) as Saved | undefined);
    return new EntryAnalyses(file, limits, budget, checkpoint, saved);
  }

  /** The first thousand. */
  get entries(): readonly ArchiveEntry[] {
    return this.#entries;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /** Of what may be unpacked, how much was. */
  get percent(): number {
    return (1 - this.#budget.bytes / Math.max(1, this.#startingBytes)) * 100;
  }

  /** Entries that were looked into now, and that an earlier attempt had seen. */
  get work(): { readonly entriesAnalyzed: number; readonly entriesResumed: number } {
    return { entriesAnalyzed: this.#analyzed, entriesResumed: this.#resumed };
  }

  /** To be told of each entry in the archive's order. */
  async see(entry: PresentedEntry): Promise<Pick<ArchiveEntry, "size" | "mime">> {
    const position = this.#position++;
    const earlier = this.#entries[position];
    if (earlier) {
      this.#resumed++;
      return earlier;
    }
    const seen = await this.#look(entry);
    if (position < MOST_LISTED) {
      this.#entries.push(this.#fitting(seen));
      this.#save();
    }
    return seen;
  }

  async #look(entry: PresentedEntry): Promise<ArchiveEntry> {
    const { path, kind, size, compressedSize } = entry;
    const listed: ArchiveEntry = {
      path,
      kind,
      size,
      ...(compressedSize !== undefined && { compressedSize }),
      ...(entry.warnings.length > 0 && { warnings: [...entry.warnings] }),
    };
    if (!entry.open || !this.#mayOpen(entry)) return listed;
    this.#budget.entries--;
    this.#analyzed++;
    return this.#analyze(listed, entry, entry.open);
  }

  #mayOpen(entry: PresentedEntry): boolean {
    const why = this.#whyNotOpened(entry);
    if (why !== undefined) this.#warnings.add(why);
    return why === undefined;
  }

  #whyNotOpened({ size }: PresentedEntry): string | undefined {
    const { bytes, entries, deadline } = this.#budget;
    if (this.#depth > DEEPEST)
      return `Archives nest more than ${DEEPEST} deep: what lies deeper is listed only`;
    if (entries <= 0 || this.#position > MOST_LISTED) return "There are more entries than are looked into";
    if (performance.now() > deadline) return "Time ran out: the remaining entries are listed only";
    if (size > LARGEST_ENTRY) return `Entries of more than ${LARGEST_ENTRY} bytes are listed only`;
    return bytes <= 0 ? BOMB : undefined;
  }

  get #depth(): number {
    return (this.#file.nesting?.depth ?? 0) + 1;
  }

  async #analyze(
    listed: ArchiveEntry,
    { crc32 }: PresentedEntry,
    open: NonNullable<PresentedEntry["open"]>,
  ): Promise<ArchiveEntry> {
    const path = join(this.#file.folder, `entry-${this.#depth}`);
    try {
      const content = await open();
      const unpacked = await unpackEntry(content, path, this.#budget, LARGEST_ENTRY);
      const sized = { ...listed, size: unpacked.bytes };
      if (unpacked.cutOff === "budget") {
        this.#warnings.add(BOMB);
        this.#budget.bytes = 0;
        return { ...listed, failure: BOMB };
      }
      if (unpacked.cutOff) return { ...sized, failure: `It is damaged: ${unpacked.cutOff.reason}` };
      const wrong = crc32 !== undefined && crc32 !== unpacked.crc32;
      const warnings = [
        ...(listed.warnings ?? []),
        ...(wrong ? ["Its content is not what its checksum says"] : []),
      ];
      return { ...sized, ...(await this.#describe({ ...listed, warnings }, path, unpacked.bytes)) };
    } catch (error) {
      const { failureCause, message } = asJobError(error);
      if (failureCause === "out-of-memory" || failureCause === "disk-full") throw error;
      if (!(error instanceof JobError) && isDamage(error)) return { ...listed, failure: message };
      if (!(error instanceof JobError)) throw error;
      return { ...listed, failure: message };
    } finally {
      await unlink(path).catch(() => {});
    }
  }

  async #describe(listed: ArchiveEntry, path: string, sizeBytes: number): Promise<Partial<ArchiveEntry>> {
    const { folder, workFolder, options } = this.#file;
    const nesting = { depth: this.#depth, budget: this.#budget };
    const file = { path, folder, workFolder, options, key: listed.path, sizeBytes, nesting };
    const { type, analyzer, findings } = await analyzeContent(file, this.#limits, () => {}, NOTHING_SAVED);
    const warnings = [...(listed.warnings ?? []), ...type.warnings, ...findings.warnings];
    return {
      mime: type.mime,
      analyzer: analyzer.name,
      facts: findings.facts,
      ...(warnings.length > 0 && { warnings }),
      content: findings.content as NonNullable<ArchiveEntry["content"]>,
    };
  }

  /** Without its content where that would make the document too large. */
  #fitting({ content, ...entry }: ArchiveEntry): ArchiveEntry {
    const characters = content ? JSON.stringify(content).length : 0;
    const fits = characters <= MOST_CONTENT_OF_ENTRY && this.#contentCharacters + characters <= MOST_CONTENT;
    if (!content || !fits) return entry;
    this.#contentCharacters += characters;
    return { ...entry, content };
  }

  /** After each entry, unless the one before it was a moment ago. */
  #save(): void {
    if (this.#file.nesting || performance.now() - this.#savedAt < BETWEEN_SAVES_MS) return;
    this.#savedAt = performance.now();
    const { bytes, entries } = this.#budget;
    const saved: Saved = { entries: this.#entries, budget: { bytes, entries }, warnings: this.warnings };
    this.#checkpoint.save(saved);
  }
}

const BOMB = "It unpacks to far more than its size allows: it looks like a decompression bomb";

/** What yauzl and zlib say of a damaged entry when it is opened. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && !("code" in error && /^E[A-Z]+$/.test(String(error.code)));
}
