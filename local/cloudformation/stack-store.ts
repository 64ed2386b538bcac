import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ResourceRecord, StackEvent, StackOutput, StackRecord } from "./stack-records.ts";

/**
 * What was played, kept in SQLite. A resource is told apart by its physical id too: one that was replaced, or
 * left the template, stays in the table until it has been removed, whatever kills the runtime in between.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS cloudformation_stacks (
  name TEXT PRIMARY KEY,
  record TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS cloudformation_resources (
  stack_name TEXT NOT NULL,
  logical_id TEXT NOT NULL,
  type TEXT NOT NULL,
  identity TEXT NOT NULL,
  play INTEGER NOT NULL,
  position INTEGER NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (stack_name, logical_id, type, identity)
) STRICT;
CREATE TABLE IF NOT EXISTS cloudformation_events (
  id INTEGER PRIMARY KEY,
  stack_name TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS cloudformation_events_by_stack ON cloudformation_events (stack_name, id);
`;

export type StackStore = ReturnType<typeof openStackStore>;

export function openStackStore(database: DatabaseSync) {
  database.exec(TABLES);
  const statements = {
    putStack: database.prepare("INSERT OR REPLACE INTO cloudformation_stacks (name, record) VALUES (?, ?)"),
    getStack: database.prepare("SELECT record FROM cloudformation_stacks WHERE name = ?"),
    allStacks: database.prepare("SELECT record FROM cloudformation_stacks ORDER BY name"),
    deleteStack: database.prepare("DELETE FROM cloudformation_stacks WHERE name = ?"),
    putResource: database.prepare(
      `INSERT OR REPLACE INTO cloudformation_resources
       (stack_name, logical_id, type, identity, play, position, record) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    allResources: database.prepare(
      "SELECT record FROM cloudformation_resources WHERE stack_name = ? ORDER BY play, position",
    ),
    deleteResource: database.prepare(
      "DELETE FROM cloudformation_resources WHERE stack_name = ? AND logical_id = ? AND type = ? AND identity = ?",
    ),
    addEvent: database.prepare("INSERT INTO cloudformation_events (stack_name, record) VALUES (?, ?)"),
    events: database.prepare(
      "SELECT record FROM cloudformation_events WHERE stack_name = ? ORDER BY id DESC",
    ),
    deleteEvents: database.prepare("DELETE FROM cloudformation_events WHERE stack_name = ?"),
  };
  const read = <Record>(row: { record?: unknown }): Record => JSON.parse(String(row.record)) as Record;

  const stacks = (): StackRecord[] => statements.allStacks.all().map((row) => read<StackRecord>(row));
  return {
    stacks,
    stack(name: string): StackRecord | undefined {
      const row = statements.getStack.get(name);
      return row && read<StackRecord>(row);
    },
    putStack(record: StackRecord): void {
      statements.putStack.run(record.stackName, JSON.stringify(record));
    },
    /** Forgets the stack and its events; its resources must be gone before. */
    deleteStack(name: string): void {
      statements.deleteStack.run(name);
      statements.deleteEvents.run(name);
    },
    /** Every kept resource, those that wait for their removal first, otherwise in the order of playing. */
    resources(stackName: string): ResourceRecord[] {
      return statements.allResources.all(stackName).map((row) => read<ResourceRecord>(row));
    },
    putResource(record: ResourceRecord): void {
      const { stackName, logicalId, type, identity, play, position } = record;
      statements.putResource.run(
        stackName,
        logicalId,
        type,
        identity,
        play,
        position,
        JSON.stringify(record),
      );
    },
    deleteResource({ stackName, logicalId, type, identity }: ResourceRecord): void {
      statements.deleteResource.run(stackName, logicalId, type, identity);
    },
    addEvent(event: Omit<StackEvent, "eventId">): void {
      statements.addEvent.run(event.stackName, JSON.stringify({ ...event, eventId: randomUUID() }));
    },
    /** Newest first. */
    events(stackName: string): StackEvent[] {
      return statements.events.all(stackName).map((row) => read<StackEvent>(row));
    },
    /** Outputs that stacks export, by export name. */
    exports(): Map<string, { stackName: string; output: StackOutput }> {
      return new Map(
        stacks().flatMap(({ stackName, outputs }) =>
          outputs.flatMap((output) =>
            output.exportName === undefined ? [] : [[output.exportName, { stackName, output }] as const],
          ),
        ),
      );
    },
  };
}
