import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { DEFAULT_OPTIONS } from "../../../containers/kit/analyze.ts";
import { JobError } from "../../../containers/kit/job-error.ts";
import { analyzeFile } from "../../../containers/processor/analyze-file.ts";
import type { FailureCause } from "../../../events/jobs/job.ts";
import type { ResultDocument } from "../../../events/result.ts";

/** What becomes of an object when nothing goes wrong. */
export type Expected =
  | { readonly status: "succeeded"; readonly document: string; readonly facts: unknown }
  | { readonly status: "failed"; readonly cause: FailureCause };

const LIMITS = { memoryBytes: 1024 * 2 ** 20, threads: 1, timeoutMs: 60_000 };

/** Computes what a run without faults finds, by the analyzers themselves; alike objects once. */
export class ExpectedResults implements AsyncDisposable {
  readonly #folder: string;
  readonly #known = new Map<string, Promise<Expected>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<ExpectedResults> {
    return new ExpectedResults(await mkdtemp(join(tmpdir(), "longshore-expected-")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  of(key: string, body: Buffer): Promise<Expected> {
    const name = `${sha256(body)} ${key.slice(key.lastIndexOf("-") + 1)}`.replace(/\d{6}/, "");
    const known = this.#known.get(name) ?? this.#analyze(key, body);
    this.#known.set(name, known);
    return known;
  }

  async #analyze(key: string, body: Buffer): Promise<Expected> {
    if (extname(key) === ".count") {
      const facts = { words: body.toString().split(/\s+/).filter(Boolean).length };
      return { status: "succeeded", facts, document: JSON.stringify({ facts }) };
    }
    const folder = await mkdtemp(join(this.#folder, "job-"));
    const path = join(folder, "object");
    await writeFile(path, body);
    const task = { path, workFolder: this.#folder, key, sizeBytes: body.length };
    const checkpoint = { load: async () => undefined, save: () => {} };
    try {
      const found = await analyzeFile(
        { ...task, limits: LIMITS, options: DEFAULT_OPTIONS },
        () => {},
        checkpoint,
      );
      return {
        status: "succeeded",
        facts: found.facts,
        document: comparable({ ...found, sha256: sha256(body) }),
      };
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      return { status: "failed", cause: error.failureCause };
    }
  }
}

/** A result document without times and ids: what two runs over the same object have in common, byte for byte. */
export function comparableDocument(document: ResultDocument): string {
  return comparable({ ...document, sha256: document.object.sha256, artifacts: document.artifacts ?? [] });
}

function comparable(
  found: Pick<ResultDocument, "type" | "analyzer" | "warnings" | "facts" | "content"> & {
    readonly sha256: string;
    readonly artifacts: readonly { readonly name: string; readonly contentType: string }[];
  },
): string {
  const { sha256, type, analyzer, warnings, facts, content } = found;
  const artifacts = found.artifacts.map(({ name, contentType }) => ({ name, contentType }));
  return JSON.stringify({ sha256, type, analyzer, warnings, facts, artifacts, content });
}

function sha256(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}
