import type { Clock } from "../clock.ts";
import { parseSchedule, type Schedule } from "./schedule/schedule.ts";
import type { RuleRow, RuleStore } from "./store/rule-store.ts";

interface Planned {
  readonly rule: RuleRow;
  readonly schedule: Schedule;
  at: number;
}

/** Runs rules when their schedules say so. Runs that fell into a time when nothing ran are not made up for. */
export class Scheduler {
  private readonly rules: RuleStore;
  private readonly clock: Clock;
  private readonly fire: (rule: RuleRow, at: number) => void;
  private planned: Planned[] = [];
  private running = false;
  private cancel: (() => void) | undefined;

  /** @param fire gets the time that was planned, in milliseconds, not the moment of the call */
  constructor(rules: RuleStore, clock: Clock, fire: (rule: RuleRow, at: number) => void) {
    this.rules = rules;
    this.clock = clock;
    this.fire = fire;
  }

  start(): void {
    this.running = true;
    this.plan();
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
  }

  /** Reads the rules again: one has been put, enabled, disabled or deleted. */
  plan(): void {
    if (!this.running) return;
    const now = this.clock.now();
    this.planned = this.rules.list().flatMap((rule) => {
      if (rule.schedule === null || rule.state !== "ENABLED") return [];
      const schedule = parseSchedule(rule.schedule);
      // A run that is due but has not been made yet stays due.
      const known = this.planned.find((entry) => entry.rule.arn === rule.arn);
      const same = known?.rule.schedule === rule.schedule && known.rule.anchor === rule.anchor;
      const at = same ? known.at : schedule.next(now, rule.anchor);
      return at === undefined ? [] : [{ rule, schedule, at }];
    });
    this.await();
  }

  private await(): void {
    this.cancel?.();
    if (this.planned.length === 0) return;
    const first = Math.min(...this.planned.map((entry) => entry.at));
    this.cancel = this.clock.schedule(Math.max(0, first - this.clock.now()), () => this.run());
  }

  private run(): void {
    const now = this.clock.now();
    this.planned = this.planned.flatMap((entry) => {
      if (entry.at > now) return [entry];
      this.fire(entry.rule, entry.at);
      const at = entry.schedule.next(now, entry.rule.anchor);
      return at === undefined ? [] : [{ ...entry, at }];
    });
    this.await();
  }
}
