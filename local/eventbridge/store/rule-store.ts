import type { DatabaseSync } from "node:sqlite";

export interface RuleRow {
  readonly bus: string;
  readonly name: string;
  readonly arn: string;
  readonly pattern: string | null;
  readonly schedule: string | null;
  readonly state: "ENABLED" | "DISABLED";
  readonly description: string | null;
  readonly role_arn: string | null;
  /** Milliseconds: since when a rate counts. */
  readonly anchor: number;
}

export interface TargetRow {
  readonly id: string;
  readonly arn: string;
  /** The target as PutTargets got it, as JSON. */
  readonly json: string;
}

/** Rules and their targets. */
export function createRuleStore(database: DatabaseSync) {
  database.exec(`CREATE TABLE IF NOT EXISTS eventbridge_rules (
    bus TEXT NOT NULL, name TEXT NOT NULL, arn TEXT NOT NULL, pattern TEXT, schedule TEXT, state TEXT NOT NULL,
    description TEXT, role_arn TEXT, anchor REAL NOT NULL, PRIMARY KEY (bus, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS eventbridge_targets (
    rule_arn TEXT NOT NULL, id TEXT NOT NULL, arn TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (rule_arn, id)
  ) STRICT`);
  const upsert = database.prepare(
    `INSERT OR REPLACE INTO eventbridge_rules
       (bus, name, arn, pattern, schedule, state, description, role_arn, anchor)
     VALUES (:bus, :name, :arn, :pattern, :schedule, :state, :description, :role_arn, :anchor)`,
  );
  const select = database.prepare("SELECT * FROM eventbridge_rules WHERE bus = ? AND name = ?");
  const selectByBus = database.prepare("SELECT * FROM eventbridge_rules WHERE bus = ? ORDER BY name");
  const selectAll = database.prepare("SELECT * FROM eventbridge_rules ORDER BY bus, name");
  const remove = database.prepare("DELETE FROM eventbridge_rules WHERE bus = ? AND name = ?");
  const upsertTarget = database.prepare(
    `INSERT INTO eventbridge_targets (rule_arn, id, arn, json) VALUES (?, ?, ?, ?)
     ON CONFLICT (rule_arn, id) DO UPDATE SET arn = excluded.arn, json = excluded.json`,
  );
  const selectTargets = database.prepare(
    "SELECT id, arn, json FROM eventbridge_targets WHERE rule_arn = ? ORDER BY id",
  );
  const removeTarget = database.prepare("DELETE FROM eventbridge_targets WHERE rule_arn = ? AND id = ?");
  const selectNames = database.prepare(
    `SELECT DISTINCT r.name FROM eventbridge_rules r JOIN eventbridge_targets t ON t.rule_arn = r.arn
     WHERE r.bus = ? AND t.arn = ? ORDER BY r.name`,
  );
  return {
    put: (rule: RuleRow) => void upsert.run({ ...rule }),
    find: (bus: string, name: string) => select.get(bus, name) as unknown as RuleRow | undefined,
    listByBus: (bus: string) => selectByBus.all(bus) as unknown as RuleRow[],
    list: () => selectAll.all() as unknown as RuleRow[],
    remove: (bus: string, name: string) => void remove.run(bus, name),
    putTarget: (ruleArn: string, target: TargetRow) =>
      void upsertTarget.run(ruleArn, target.id, target.arn, target.json),
    targets: (ruleArn: string) => selectTargets.all(ruleArn) as unknown as TargetRow[],
    /** False when the rule has no such target. */
    removeTarget: (ruleArn: string, id: string): boolean => removeTarget.run(ruleArn, id).changes > 0,
    namesByTarget: (bus: string, targetArn: string) =>
      (selectNames.all(bus, targetArn) as unknown as { name: string }[]).map((row) => row.name),
  };
}

export type RuleStore = ReturnType<typeof createRuleStore>;
