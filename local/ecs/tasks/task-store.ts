import type { StatementSync } from "node:sqlite";
import { DocumentTable } from "../document-table.ts";
import { ecsEvent } from "../event.ts";
import type { Task } from "../model.ts";
import type { EcsOptions } from "../options.ts";
import { taskForEvent } from "./render-task.ts";

/** How long ECS describes a task after it stopped (containers-roadmap #1246). */
const STOPPED_TASK_RETENTION_MS = 60 * 60 * 1000;

/** Every task that is described, and the one way to change one: saved, then published, at least once. */
export class TaskStore {
  readonly #options: Pick<EcsOptions, "realm" | "clock" | "publish">;
  readonly #tasks: DocumentTable<Task>;
  readonly #markPublished: StatementSync;
  readonly #forget: StatementSync;
  readonly #publishedVersion: StatementSync;
  readonly #listeners = new Set<(task: Task) => void>();

  constructor(options: Pick<EcsOptions, "realm" | "clock" | "publish" | "database">) {
    const { database } = options;
    this.#options = options;
    this.#tasks = new DocumentTable(database, "ecs_tasks", (task) => task.taskArn);
    database.exec(
      "CREATE TABLE IF NOT EXISTS ecs_published (task_arn TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT",
    );
    this.#markPublished = database.prepare("INSERT OR REPLACE INTO ecs_published VALUES (?, ?)");
    this.#forget = database.prepare("DELETE FROM ecs_published WHERE task_arn = ?");
    this.#publishedVersion = database.prepare("SELECT version FROM ecs_published WHERE task_arn = ?");
  }

  /** Told of every published change, after it was published. */
  onChange(listener: (task: Task) => void): void {
    this.#listeners.add(listener);
  }

  get(taskArn: string): Task | undefined {
    return this.#tasks.get(taskArn);
  }

  /** Tasks that are described today; forgets those that stopped too long ago. */
  all(): Task[] {
    const oldest = this.#options.clock.now() - STOPPED_TASK_RETENTION_MS;
    for (const task of [...this.#tasks.values()]) {
      if (task.stoppedAt === undefined || task.stoppedAt > oldest) continue;
      this.#tasks.delete(task.taskArn);
      this.#forget.run(task.taskArn);
    }
    return [...this.#tasks.values()];
  }

  add(task: Task): void {
    this.#tasks.put(task);
    this.#publish(task);
  }

  /** A change that AWS publishes: the version rises and an event tells of it. */
  change(task: Task, changes: Partial<Task>): void {
    Object.assign(task, changes, { version: task.version + 1, updatedAt: this.#options.clock.now() });
    this.#tasks.put(task);
    this.#publish(task);
  }

  /** A change that the next published one carries along. */
  amend(task: Task, changes: Partial<Task>): void {
    Object.assign(task, changes);
    this.#tasks.put(task);
  }

  /** Publishes what a killed runtime had saved but not yet published. */
  publishRest(): void {
    for (const task of this.#tasks.values()) {
      const row = this.#publishedVersion.get(task.taskArn);
      if (Number(row?.version ?? 0) < task.version) this.#publish(task);
    }
  }

  #publish(task: Task): void {
    this.#options.publish(
      ecsEvent(this.#options, "ECS Task State Change", [task.taskArn], structuredClone(taskForEvent(task))),
    );
    this.#markPublished.run(task.taskArn, task.version);
    for (const listener of this.#listeners) listener(task);
  }
}
